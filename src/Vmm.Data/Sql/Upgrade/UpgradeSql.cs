using Vmm.Data.Rows;

namespace Vmm.Data.Sql.Upgrade;

/// <summary>
/// What <c>upgrade</c> reads and does besides the steps in sql/upgrade_*.pgsql. These statements are in a namespace of their own
/// because they also run on older layouts: they need not prepare against the present schema.
/// </summary>
internal static class UpgradeSql
{
    /// <summary>
    /// The release that the tables belong to, as <c>OldLayout</c> names it; null where there are no tables of vmm.
    /// </summary>
    internal const string DetectSql = """
        WITH field AS (
            SELECT c.relname || '.' || a.attname AS name
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.oid IN (to_regclass('domains'), to_regclass('domain_data'), to_regclass('service_set'), to_regclass('users'),
                             to_regclass('vmm_schema'), to_regclass('postfix_transport'))
               AND a.attnum > 0 AND NOT a.attisdropped)
        SELECT CASE
                   WHEN EXISTS (SELECT FROM field WHERE name = 'vmm_schema.version')
                        AND to_regclass('vmm_address_forms') IS NOT NULL AND to_regclass('vmm_journal') IS NULL
                        THEN 'layout 1'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'vmm_schema.version') THEN 'new'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'service_set.sieve') THEN '0.7'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'service_set.managesieve') THEN '0.6-old'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domain_data.tid')
                        AND EXISTS (SELECT FROM field WHERE name = 'users.sieve') THEN '0.5.2'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domain_data.tid')
                        AND EXISTS (SELECT FROM field WHERE name = 'users.managesieve') THEN '0.5'
                   -- What vmm's own script for 0.3 left when it broke off has the tables of 0.4 and this view of 0.3.
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domains.tid')
                        AND NOT EXISTS (SELECT FROM field WHERE name = 'postfix_transport.address') THEN 'unknown'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domains.tid')
                        AND EXISTS (SELECT FROM field WHERE name = 'users.smtp') THEN '0.4'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domains.tid')
                        AND EXISTS (SELECT FROM field WHERE name = 'users.smpt') THEN '0.4-smpt'
                   WHEN EXISTS (SELECT FROM field WHERE name = 'domains.transport')
                        AND EXISTS (SELECT FROM field WHERE name = 'users.disabled') THEN '0.3'
                   WHEN EXISTS (SELECT FROM field) THEN 'unknown'
               END
        """;

    /// <summary>Continues in the schema of the tables, as their owner, until the transaction ends.</summary>
    internal const string SettleSql = """
        SELECT set_config('search_path', quote_ident(n.nspname) || ', pg_temp', true), set_config('role', r.rolname, true)
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_roles r ON r.oid = c.relowner
         WHERE c.oid = to_regclass('users')
        """;

    internal const string OldDirectoriesSql = "SELECT gid, domaindir, domainname FROM domains ORDER BY gid";

    internal const string DirectoriesSql = """
        SELECT d.gid, d.domaindir, coalesce(min(n.domainname), '')
          FROM domain_data d LEFT JOIN domain_name n ON n.gid = d.gid AND n.is_primary
         GROUP BY d.gid, d.domaindir
         ORDER BY d.gid
        """;

    internal const string CountOld = """
        SELECT (SELECT count(*) FROM domains),
               (SELECT count(*) FROM users),
               (SELECT count(*) FROM (SELECT DISTINCT gid, address FROM alias WHERE address <> '') AS a),
               (SELECT count(*) FROM relocated)
        """;

    internal const string CountSql = """
        SELECT (SELECT count(*) FROM domain_data),
               (SELECT count(*) FROM users),
               (SELECT count(*) FROM (SELECT DISTINCT gid, address FROM alias WHERE address <> '') AS a),
               (SELECT count(*) FROM relocated)
        """;

    /// <summary>Accounts whose hash has no {SCHEME} in front.</summary>
    internal const string BareHashesSql = "SELECT count(*) FROM users WHERE passwd !~ '^\\{[^}]+\\}'";

    /// <summary>Destinations without a domain, which Postfix completes.</summary>
    internal const string BareDestinationsSql = "SELECT count(*) FROM alias WHERE strpos(destination, '@') = 0";

    private const string BeginLine = "BEGIN;";
    private const string EndLine = "COMMIT;";

    /// <summary>
    /// The statements of a step: the lines between BEGIN and COMMIT of its file. Those two, and psql's commands before them, are
    /// for running the file by hand; here all steps are one transaction.
    /// </summary>
    internal static string Step(string name) =>
        string.Join('\n', SqlFile.Lines($"upgrade_{name}").SkipWhile(l => l != BeginLine).Skip(1).TakeWhile(l => l != EndLine));

    internal static string? Detect(Transaction tx) => tx.Scalar<string>(DetectSql);

    /// <summary>Goes to the schema of the tables, as their owner.</summary>
    internal static void Settle(Transaction tx) => _ = tx.Scalar<string>(SettleSql);

    /// <summary>The directories of all domains; <paramref name="sql"/> is one of the statements above.</summary>
    internal static List<ExpectedDomain> Directories(Transaction tx, string sql) =>
        tx.List(sql, r => new ExpectedDomain(r.GetInt64(0), r.GetString(1), r.GetString(2)));

    /// <summary>Runs the file sql/upgrade_STEP.pgsql.</summary>
    internal static void RunStep(Transaction tx, string name) => tx.Script(Step(name));

    internal static long BareHashes(Transaction tx) => tx.Scalar<long>(BareHashesSql);

    internal static long BareDestinations(Transaction tx) => tx.Scalar<long>(BareDestinationsSql);

    internal static (long Domains, long Accounts, long Aliases, long Relocated) Count(Transaction tx, string sql)
    {
        var row = tx.One(sql, r => Enumerable.Range(0, 4).Select(r.GetInt64).ToArray());
        return (row![0], row[1], row[2], row[3]);
    }
}
