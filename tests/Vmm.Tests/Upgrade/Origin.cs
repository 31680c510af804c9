using Vmm.Tests.Predecessor;

namespace Vmm.Tests.Upgrade;

/// <summary>A look-up as the map files of a release have it, and as it is after the upgrade.</summary>
internal sealed record Question(string Before, string After);

/// <summary>
/// One layout that vmm once had: what makes it and its rows, the steps from there, and what Postfix and Dovecot asked it.
/// </summary>
internal sealed record Origin(string Name, string Said, string[] Steps, string[] Files, Question[] Questions)
{
    private const string OwnSchema = "the schema of 0.7";

    private const string Used =
        "SELECT bytes, messages FROM userquota JOIN users USING (uid) JOIN domain_name USING (gid) WHERE local_part = '{l}' AND "
            + "domainname = '{d}'";

    private static readonly string[] FromFive = ["0.5-0.5.2", "0.5-0.6", "0.7-0.8"];

    public static IReadOnlyList<Origin> All { get; } =
    [
        new(
            "0.3",
            "0.3",
            ["0.3-0.4", "0.4-0.5", .. FromFive],
            ["layout-0.3", "rows-0.3"],
            [
                Same("""SELECT "user", password FROM dovecot_password WHERE "user" = '{l}@{d}'"""),
                Same("SELECT home, uid, gid FROM dovecot_user WHERE userid = '{l}@{d}'"),
                .. Postfix,
                new(
                    "SELECT transport FROM postfix_transport WHERE domainname = '{d}' AND EXISTS (SELECT FROM dovecot_user WHERE "
                        + "userid = '{l}@{d}')",
                    "SELECT transport FROM postfix_transport WHERE address = '{l}@{d}'"
                ),
                new(
                    "SELECT count(*) FROM users JOIN domains USING (gid) WHERE local_part = '{l}' AND domainname = '{d}' AND NOT "
                        + "disabled",
                    """SELECT count(*) FROM dovecot_password WHERE "user" = '{l}@{d}' AND smtp AND pop3 AND imap AND managesieve"""
                ),
                new(
                    "SELECT count(*) FROM users JOIN domains USING (gid) WHERE local_part = '{l}' AND domainname = '{d}' AND "
                        + "disabled",
                    """SELECT count(*) FROM dovecot_password WHERE "user" = '{l}@{d}' """
                        + "AND NOT (smtp OR pop3 OR imap OR managesieve)"
                ),
            ]
        ),
        new("0.4", "0.4", ["0.4-0.5", .. FromFive], ["layout-0.4", "rows-0.4"], [.. Passwords("managesieve"), .. Views]),
        new(
            "0.4 as released",
            "0.4 as it was released",
            ["0.4-0.4-r41", "0.4-0.5", .. FromFive],
            ["layout-0.4", "rows-0.4", "layout-0.4-as-tagged"],
            [
                .. Views,
                new(
                    "SELECT passwd, smpt, managesieve FROM users JOIN domains USING (gid) WHERE local_part = '{l}' AND domainname "
                        + "= '{d}'",
                    """SELECT password, smtp, managesieve FROM dovecot_password WHERE "user" = '{l}@{d}'"""
                ),
            ]
        ),
        new("0.5", "0.5", FromFive, ["layout-0.5", "rows-0.5"], [.. Passwords("managesieve"), .. Views]),
        new(
            "0.5 with functions",
            "0.5",
            FromFive,
            ["layout-0.5", "rows-0.5", "functions-0.5"],
            [
                .. Passwords("managesieve"),
                .. Views,
                Same("SELECT userid, password FROM dovecotpassword('{l}', '{d}') WHERE imap"),
                Same("SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}')"),
            ]
        ),
        new(
            "0.5.2",
            "0.5.2 for Dovecot 1.2",
            ["0.5-0.6", "0.7-0.8"],
            ["layout-0.5", "rows-0.5", "layout-0.5.2"],
            [.. Passwords("sieve"), .. Views]
        ),
        new(
            "0.6 before Dovecot 1.2",
            "0.6 for Dovecot before 1.2",
            ["0.6-dovecot-1.2", "0.7-0.8"],
            [OwnSchema, "layout-0.6-dovecot-1.1", "rows-0.6", "grants-0.6", "quota-0.6-dovecot-1.1"],
            [
                .. Functions,
                new(
                    "SELECT userid FROM dovecotpassword('{l}', '{d}') WHERE managesieve",
                    "SELECT userid FROM dovecotpassword('{l}', '{d}') WHERE sieve"
                ),
                new(
                    "SELECT sum(current) FILTER (WHERE path = 'quota/storage'), coalesce(sum(current) FILTER (WHERE path = "
                        + "'quota/messages'), 0) FROM userquota_11 JOIN users USING (uid) JOIN domain_name USING (gid) WHERE "
                            + "local_part = '{l}' AND domainname = '{d}' GROUP BY uid",
                    Used
                ),
            ]
        ),
        new(
            "0.7",
            "0.6 or 0.7",
            ["0.7-0.8"],
            [OwnSchema, "rows-0.6", "grants-0.6", "quota-0.6"],
            [.. Functions, Same("SELECT userid FROM dovecotpassword('{l}', '{d}') WHERE sieve"), Same(Used)]
        ),
        new(
            "0.8 without the journal",
            "0.8 without the journal",
            ["layout-1-2"],
            ["layout-1", "rows-0.6", "quota-0.6"],
            [.. Functions, Same("SELECT userid FROM dovecotpassword('{l}', '{d}') WHERE sieve"), Same(Used)]
        ),
    ];

    public static TheoryData<string> Names => [.. All.Select(o => o.Name)];

    private static Question[] Postfix =>
        [
            Same("SELECT gid FROM postfix_gid WHERE domainname = '{d}'"),
            Same("SELECT uid FROM postfix_uid WHERE address = '{l}@{d}'"),
            Same("SELECT maildir FROM postfix_maildir WHERE address = '{l}@{d}'"),
            Same("SELECT destination FROM postfix_alias WHERE address = '{l}@{d}'"),
            Same("SELECT destination FROM postfix_relocated WHERE address = '{l}@{d}'"),
            Same(
                "SELECT address FROM postfix_maildir WHERE address = '{l}@{d}' UNION SELECT destination FROM postfix_alias WHERE "
                    + "address = '{l}@{d}'"
            ),
        ];

    private static Question[] Views =>
        [
            .. Postfix,
            Same("SELECT home, uid, gid, 'maildir:'||mail AS mail FROM dovecot_user WHERE userid = '{l}@{d}'"),
            Same("SELECT transport FROM postfix_transport WHERE address = '{l}@{d}'"),
        ];

    /// <summary>Beside them the counts of 0.7's domaininfo, and what is no look-up but must not be lost either.</summary>
    private static Question[] Functions =>
        [
            .. new[] { "smtp", "pop3", "imap" }.Select(s =>
                Same($$"""SELECT userid, password FROM dovecotpassword('{l}', '{d}') WHERE {{s}}""")
            ),
            Same("SELECT * FROM dovecotuser('{l}', '{d}')"),
            Same("SELECT * FROM dovecotquotauser('{l}', '{d}')"),
            // 0.7 answered a relocated user of a domain with a catch-all with itself, which made its "has moved" a bounce.
            Same("SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}') WHERE '{l}@{d}' <> 'gone@example.net'"),
            Same("SELECT maildir FROM postfix_virtual_mailbox_map('{l}', '{d}')"),
            Same("SELECT destination FROM postfix_relocated_map('{l}', '{d}')"),
            Same("SELECT transport FROM postfix_transport_map('{l}', '{d}')"),
            Same("SELECT uid FROM postfix_virtual_uid_map('{l}', '{d}')"),
            // Accounts; 0.7 answered an alias with its destinations, of which only the accounts are left.
            Same(
                "SELECT login FROM postfix_smtpd_sender_login_map('{l}', '{d}') WHERE EXISTS (SELECT FROM "
                    + "postfix_virtual_uid_map('{l}', '{d}'))"
            ),
            new(
                "SELECT DISTINCT o.login FROM postfix_smtpd_sender_login_map('{l}', '{d}') f, "
                    + "postfix_smtpd_sender_login_map(split_part(f.login, '@', 1), split_part(f.login, '@', 2)) o WHERE o.login "
                        + "LIKE '%@%' AND EXISTS (SELECT FROM postfix_virtual_uid_map(split_part(o.login, '@', 1), "
                            + "split_part(o.login, '@', 2)))",
                "SELECT login FROM postfix_smtpd_sender_login_map('{l}', '{d}')"
            ),
            Same("SELECT gid FROM postfix_gid WHERE domainname = '{d}'"),
            Same("SELECT i.* FROM vmm_domain_info i JOIN domain_name USING (gid) WHERE domainname = '{d}'"),
            Same("SELECT note FROM domain_data JOIN domain_name USING (gid) WHERE domainname = '{d}'"),
            Same("SELECT name, note FROM users JOIN domain_name USING (gid) WHERE local_part = '{l}' AND domainname = '{d}'"),
        ];

    /// <summary>A database of it, with its rows; owned by vmm.</summary>
    public async Task<string> MakeAsync(PostgresCluster server)
    {
        var database = "from_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync(
            "postgres",
            "postgres",
            $"CREATE DATABASE {database} OWNER vmm ENCODING 'UTF8' TEMPLATE template0"
        );
        foreach (var file in Files)
        {
            (
                await server.LoadAsync(database, file == OwnSchema ? OldVmm.Schema() : await File.ReadAllTextAsync(PathOf(file)))
            ).Succeeded();
        }

        return database;
    }

    public static Origin Of(string name) => All.Single(o => o.Name == name);

    public override string ToString() => Name;

    private static string PathOf(string file) => Repository.PathOf("tests", "Vmm.Tests", "Upgrade", file + ".sql");

    private static Question Same(string text) => new(text, text);

    private static IEnumerable<Question> Passwords(string sieve) => new[] { "smtp", "pop3", "imap", sieve }
        .Select(s => Same($$"""SELECT "user", password FROM dovecot_password WHERE "user" = '{l}@{d}' AND {{s}}"""));
}
