using System.Text.RegularExpressions;
using Npgsql;
using Vmm.Data.Failures;

namespace Vmm.Data.Sql.Upgrade;

/// <summary>Something that an administrator made and the upgrade cannot pass.</summary>
/// <param name="What">Its kind and name.</param>
/// <param name="Remedy">The statement that moves it aside.</param>
internal sealed record Obstacle(string What, string Remedy);

/// <summary>What an administrator added or renamed in a database of vmm, where it is in the way of the steps.</summary>
internal static partial class ObstaclesSql
{
    /// <summary>Relations of these names.</summary>
    internal const string NamesakesSql = """
        SELECT k.kind || ' ' || c.oid::regclass,
               format('ALTER %s %s RENAME TO %I', upper(k.kind), c.oid::regclass, c.relname || '_old')
          FROM pg_class c
          JOIN (VALUES ('r', 'table'), ('p', 'table'), ('f', 'foreign table'), ('v', 'view'), ('m', 'materialized view'),
                       ('i', 'index'), ('I', 'index'), ('S', 'sequence'), ('c', 'type')) AS k (relkind, kind)
            ON k.relkind = c.relkind::text
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1)
         ORDER BY c.relname
        """;

    /// <summary>
    /// Types and a view that a step replaces, with what was added to them: PostgreSQL removes no column for that.
    /// </summary>
    internal const string ExtendedSql = """
        SELECT k.kind || ' ' || c.oid::regclass || ' with ' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
               CASE k.kind
               WHEN 'type' THEN
                   string_agg(format('ALTER TYPE %s DROP ATTRIBUTE %I', c.oid::regclass, a.attname), '; ' ORDER BY a.attnum)
               ELSE
                   format('DROP VIEW %1$s; CREATE VIEW %1$s AS SELECT gid, domainname FROM domain_name', c.oid::regclass) || (
                       SELECT coalesce(string_agg(format('; GRANT %s ON %s TO %s', g.privilege_type, c.oid::regclass,
                                  CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END), ''), '')
                         FROM aclexplode(c.relacl) AS g
                        WHERE g.grantee <> c.relowner)
               END
          FROM (VALUES
                ('dovecotpassword', '{userid,password,smtp,pop3,imap,sieve,managesieve}'),
                ('dovecotuser', '{userid,uid,gid,home,mail}'),
                ('dovecotquotauser', '{userid,uid,gid,home,mail,quota_rule}'),
                ('address_maildir', '{address,maildir}'),
                ('recipient_destination', '{recipient,destination}'),
                ('recipient_transport', '{recipient,transport}'),
                ('recipient_uid', '{recipient,uid}'),
                ('sender_login', '{sender,login}'),
                ('postfix_gid', '{gid,domainname}')) AS o (name, columns)
          JOIN pg_class c ON c.relnamespace = current_schema()::regnamespace AND c.relname = o.name
          JOIN (VALUES ('c', 'type'), ('v', 'view')) AS k (relkind, kind) ON k.relkind = c.relkind::text
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE a.attname <> ALL (o.columns::text[]) AND (k.kind = 'type' OR to_regclass('domain_name') IS NOT NULL)
         GROUP BY k.kind, c.oid, c.relacl, c.relowner
         ORDER BY 1
        """;

    /// <summary>Views that depend on a table or view of the schema and that PostgreSQL has named in $1.</summary>
    internal const string DependentsSql = """
        SELECT DISTINCT k.kind || ' ' || c.oid::regclass,
               format('SELECT pg_get_viewdef(%L) shows it, and DROP %s %s drops it', c.oid::regclass::text, upper(k.kind),
                      c.oid::regclass)
          FROM pg_depend d
          JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
          JOIN pg_class c ON c.oid = w.ev_class
          JOIN pg_class o ON d.refclassid = 'pg_class'::regclass AND o.oid = d.refobjid AND o.oid <> c.oid
          JOIN (VALUES ('v', 'view'), ('m', 'materialized view')) AS k (relkind, kind) ON k.relkind = c.relkind::text
         WHERE o.relnamespace = current_schema()::regnamespace AND strpos($1 || ' ', 'view ' || c.oid::regclass || ' ') > 0
         ORDER BY 1
        """;

    internal const string Savepoint = "SAVEPOINT vmm_steps";
    internal const string GiveBack = "ROLLBACK TO SAVEPOINT vmm_steps";

    /// <summary>
    /// Relations in the schema that have a name which these steps give to a new one. What a step drops before it makes it again is
    /// none.
    /// </summary>
    internal static List<Obstacle> Namesakes(Transaction tx, IEnumerable<string> steps)
    {
        var text = string.Join('\n', steps.Select(UpgradeSql.Step));
        var dropped = DroppedViews().Matches(text).SelectMany(m => m.Groups[1].Value.Split(", ")).ToHashSet();
        var made = Made().Matches(text).Select(m => m.Groups[1].Value).Where(n => !dropped.Contains(n)).Distinct();
        return tx.List(NamesakesSql, Read, Parameter.Texts(made));
    }

    /// <summary>What has more columns than vmm gave it.</summary>
    internal static List<Obstacle> Extended(Transaction tx) => tx.List(ExtendedSql, Read);

    /// <summary>Runs the steps; what stops them is explained.</summary>
    /// <exception cref="VmmException">35 with what PostgreSQL says of the object, and what to do with it.</exception>
    internal static void Guard(Transaction tx, Action steps)
    {
        tx.Script(Savepoint);
        try
        {
            steps();
        }
        catch (VmmException e) when (e.InnerException is PostgresException p && IsAboutObjects(p.SqlState))
        {
            tx.Script(GiveBack);
            // Only of these it is certain that the detail names objects, and no values of a row.
            var detail = p.SqlState is PostgresErrorCodes.DependentObjectsStillExist or PostgresErrorCodes.FeatureNotSupported
                ? (p.Detail ?? "").ReplaceLineEndings("; ")
                : "";
            var dependents = tx.List(DependentsSql, Read, Parameter.Text(detail));
            var hint = dependents.Count == 0
                ? "Nothing was changed. Undo what was added or renamed by hand; docs/upgrade.md says what can be in the way."
                : "Nothing was changed. Keep the definition, drop it, and create it again after the upgrade: "
                + $"{Join(dependents)}.";
            throw Errors.Database($"refused a step: {p.MessageText}{(detail.Length == 0 ? "" : $": {detail}")}", hint, e);
        }
    }

    /// <summary>Their statements.</summary>
    internal static string Join(IEnumerable<Obstacle> obstacles) => string.Join("; ", obstacles.Select(o => o.Remedy));

    private static Obstacle Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1));

    /// <summary>Dependent objects, names that are taken or missing, and definitions that do not fit.</summary>
    private static bool IsAboutObjects(string state) =>
        state is PostgresErrorCodes.DependentObjectsStillExist or PostgresErrorCodes.FeatureNotSupported
        || (state.StartsWith("42", StringComparison.Ordinal) && state != PostgresErrorCodes.InsufficientPrivilege);

    [GeneratedRegex(@"^CREATE (?:TABLE|VIEW|INDEX|SEQUENCE) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Made();

    [GeneratedRegex(@"^DROP VIEW ([\w, ]+);", RegexOptions.Multiline)]
    private static partial Regex DroppedViews();
}
