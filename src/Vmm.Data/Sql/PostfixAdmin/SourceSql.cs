namespace Vmm.Data.Sql.PostfixAdmin;

/// <summary>
/// Statements on PostfixAdmin's tables. Each row is read as JSON. A column that only some versions have is therefore no error where
/// it is missing, and a flag may be a boolean, or a number as in tables that pgloader copied from MySQL.
/// </summary>
internal static class SourceSql
{
    internal const string Tables = """
        SELECT t
          FROM unnest(ARRAY['domain', 'alias_domain', 'mailbox', 'alias', 'vacation', 'fetchmail',
                            'mailbox_app_password']) AS t
         WHERE to_regclass(t) IS NOT NULL
        """;

    internal const string Domains = """
        SELECT r->>'domain', r->>'description', r->>'transport', r->>'backupmx', r->>'active'
          FROM domain AS d, to_jsonb(d) AS r ORDER BY 1
        """;

    internal const string AliasDomains = """
        SELECT r->>'alias_domain', r->>'target_domain', r->>'active' FROM alias_domain AS a, to_jsonb(a) AS r ORDER BY 1
        """;

    internal const string Mailboxes = """
        SELECT r->>'username', r->>'password', r->>'name', r->>'maildir', r->>'quota', r->>'active', r->>'smtp_active'
          FROM mailbox AS m, to_jsonb(m) AS r ORDER BY 1
        """;

    internal const string Aliases = "SELECT r->>'address', r->>'goto', r->>'active' FROM alias AS a, to_jsonb(a) AS r ORDER BY 1";

    internal const string Vacations = "SELECT r->>'email', r->>'active' FROM vacation AS v, to_jsonb(v) AS r ORDER BY 1";

    internal const string AppPasswords = "SELECT username FROM mailbox_app_password ORDER BY 1";

    internal const string SecondFactors = """
        SELECT r->>'username' FROM mailbox AS m, to_jsonb(m) AS r WHERE coalesce(r->>'totp_secret', '') <> '' ORDER BY 1
        """;

    internal const string Fetchmail = "SELECT r->>'mailbox', r->>'active' FROM fetchmail AS f, to_jsonb(f) AS r ORDER BY 1";
}
