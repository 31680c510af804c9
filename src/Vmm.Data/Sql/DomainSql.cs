using Npgsql;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about domains: tables domain_data and domain_name.</summary>
internal static class DomainSql
{
    /// <summary>
    /// Here and where else an answer is one row: lookups in the select list, not joins. The server plans them in half the time,
    /// and in a
    /// session that begins with this statement planning is most of what it costs.
    /// </summary>
    internal const string FindSql = """
        SELECT n.gid,
               coalesce((SELECT domainname FROM domain_name WHERE gid = n.gid AND is_primary LIMIT 1), n.domainname),
               n.is_primary,
               (SELECT domaindir FROM domain_data WHERE gid = n.gid)
          FROM domain_name n
         WHERE n.domainname = $1
        """;

    /// <summary>The same, and locks the domain: nobody can delete or rename it, but others may still add to it.</summary>
    internal const string FindLockedSql = """
        SELECT d.gid,
               coalesce((SELECT domainname FROM domain_name WHERE gid = d.gid AND is_primary LIMIT 1), $1),
               (SELECT is_primary FROM domain_name WHERE domainname = $1),
               d.domaindir
          FROM domain_data d
         WHERE d.gid = (SELECT gid FROM domain_name WHERE domainname = $1)
           FOR KEY SHARE OF d
        """;

    /// <summary>Waits for all transactions that add to the domain, and keeps others out.</summary>
    internal const string LockExclusive = "SELECT gid FROM domain_data WHERE gid = $1 FOR UPDATE";

    /// <summary>
    /// The lock of a transaction that makes many homes in a domain. If it also adds the domain,
    /// other transactions see no row that they could lock. The keys are few, because the server
    /// has room for some thousand locks and an import may have as many domains.
    /// </summary>
    internal const string HoldHomesSql = "SELECT pg_advisory_xact_lock_shared(hashtext('vmm homes'), ($1::bigint % 1000)::int)";

    /// <summary>Waits until all such transactions have ended.</summary>
    internal const string AwaitHomesSql = "SELECT pg_advisory_xact_lock(hashtext('vmm homes'), ($1::bigint % 1000)::int)";

    internal const string NextGidSql = "SELECT nextval('domain_gid')";

    internal const string InsertData = """
        INSERT INTO domain_data (gid, qid, ssid, tid, domaindir, note) VALUES ($1, $2, $3, $4, $5, $6)
        """;

    internal const string InsertName = "INSERT INTO domain_name (domainname, gid, is_primary) VALUES ($1, $2, $3)";

    internal const string SetNameSql = "UPDATE domain_name SET gid = $2 WHERE domainname = $1 AND NOT is_primary";

    internal const string DeleteNameSql = "DELETE FROM domain_name WHERE domainname = $1 AND NOT is_primary";

    internal const string SetNoteSql = "UPDATE domain_data SET note = $2 WHERE gid = $1";

    internal const string SetQuotaSql = "UPDATE domain_data SET qid = $2 WHERE gid = $1";

    internal const string SetServicesSql = "UPDATE domain_data SET ssid = $2 WHERE gid = $1";

    internal const string SetTransportSql = "UPDATE domain_data SET tid = $2 WHERE gid = $1";

    /// <summary>Deletes the overrides of the domain's accounts, so that they follow the domain.</summary>
    internal const string ResetQuota = "UPDATE users SET qid = NULL WHERE gid = $1 AND qid IS NOT NULL";

    /// <inheritdoc cref="ResetQuota"/>
    internal const string ResetServices = "UPDATE users SET ssid = NULL WHERE gid = $1 AND ssid IS NOT NULL";

    /// <inheritdoc cref="ResetQuota"/>
    internal const string ResetTransport = "UPDATE users SET tid = NULL WHERE gid = $1 AND tid IS NOT NULL";

    /// <summary>
    /// The domain $1. The number stands in each count, so that the server knows when it plans whose rows these are. No arrays: to
    /// read one, Npgsql sets up all that it knows of arrays, a fifth of the command.
    /// </summary>
    internal const string InfoSql = """
        SELECT d.gid, d.domaindir,
               (SELECT bytes FROM quotalimit WHERE qid = d.qid),
               (SELECT messages FROM quotalimit WHERE qid = d.qid),
               (SELECT smtp FROM service_set WHERE ssid = d.ssid),
               (SELECT pop3 FROM service_set WHERE ssid = d.ssid),
               (SELECT imap FROM service_set WHERE ssid = d.ssid),
               (SELECT sieve FROM service_set WHERE ssid = d.ssid),
               (SELECT transport FROM transport WHERE tid = d.tid),
               d.note,
               (SELECT count(*) FROM domain_name WHERE gid = $1 AND NOT is_primary),
               (SELECT count(*) FROM users WHERE gid = $1),
               (SELECT count(DISTINCT address) FROM alias WHERE gid = $1),
               (SELECT count(*) FROM relocated WHERE gid = $1),
               (SELECT count(*) FROM catchall WHERE gid = $1),
               d.alias_senders,
               (SELECT count(*) FROM vmm_sender_grant WHERE gid = $1)
          FROM domain_data d
         WHERE d.gid = $1
        """;

    internal const string AliasNamesSql = """
        SELECT domainname FROM domain_name WHERE gid = $1 AND NOT is_primary ORDER BY domainname COLLATE "C"
        """;

    internal const string LocalPartsSql = """
        SELECT DISTINCT local_part::text COLLATE "C" FROM users WHERE gid = $1 AND $2 = 'account'
        UNION ALL SELECT DISTINCT address::text COLLATE "C" FROM alias WHERE gid = $1 AND $2 = 'alias'
        UNION ALL SELECT DISTINCT address::text COLLATE "C" FROM relocated WHERE gid = $1 AND $2 = 'relocated'
        UNION ALL SELECT DISTINCT destination::text COLLATE "C" FROM catchall WHERE gid = $1 AND $2 = 'catchall'
        ORDER BY 1
        """;

    internal const string ListSql = """
        SELECT n.domainname, n.is_primary,
               (SELECT d.suspended FROM domain_data d
                 WHERE d.gid = n.gid AND (d.suspended_until IS NULL OR d.suspended_until > now()))
          FROM domain_name n
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE ($1::text IS NULL OR n.domainname LIKE $1)
           AND ($2::text IS NULL
                OR ((p.domainname LIKE coalesce($1, '%')) IS NOT TRUE, coalesce(p.domainname, '') COLLATE "C",
                    NOT n.is_primary, n.domainname COLLATE "C")
                 > (SELECT (q.domainname LIKE coalesce($1, '%')) IS NOT TRUE, coalesce(q.domainname, '') COLLATE "C",
                           NOT a.is_primary, a.domainname COLLATE "C"
                      FROM domain_name a LEFT JOIN domain_name q ON q.gid = a.gid AND q.is_primary WHERE a.domainname = $2))
         ORDER BY (p.domainname LIKE coalesce($1, '%')) IS NOT TRUE, coalesce(p.domainname, '') COLLATE "C",
                  NOT n.is_primary, n.domainname COLLATE "C"
         LIMIT $3
        """;

    internal const string DeleteCatchAlls = "DELETE FROM catchall WHERE gid = $1";
    internal const string DeleteAliases = "DELETE FROM alias WHERE gid = $1";
    internal const string DeleteRelocated = "DELETE FROM relocated WHERE gid = $1";
    internal const string DeleteUsers = "DELETE FROM users WHERE gid = $1";
    /// <summary>All names, primary and alias.</summary>
    internal const string NamesSql = "SELECT domainname::text FROM domain_name ORDER BY 1";

    internal const string DeleteNames = "DELETE FROM domain_name WHERE gid = $1";
    internal const string DeleteData = "DELETE FROM domain_data WHERE gid = $1";

    internal static List<string> Names(Transaction tx) => tx.List(NamesSql, r => r.GetString(0));

    internal static DomainRow? Find(Transaction tx, DomainName name) => tx.One(FindSql, Row, Parameter.Text(name.Ascii));

    /// <summary>As <see cref="Find"/>, with a lock. Waits for a transaction that deletes the domain; null when it did.</summary>
    internal const string TransportSql = """
        SELECT t.transport FROM domain_data d JOIN transport t ON t.tid = d.tid WHERE d.gid = $1
        """;

    internal static string? Transport(Transaction tx, long gid) => tx.Scalar<string>(TransportSql, Parameter.Long(gid));

    internal static DomainRow? FindLocked(Transaction tx, DomainName name) =>
        tx.One(FindLockedSql, Row, Parameter.Text(name.Ascii));

    private static DomainRow Row(NpgsqlDataReader r) =>
        new(r.GetInt64(0), DomainName.Stored(r.GetString(1)), r.GetBoolean(2), r.GetString(3));

    /// <summary>Locks the domain's row. True when the domain still exists after the wait.</summary>
    internal static bool Lock(Transaction tx, long gid) => tx.Scalar<long>(LockExclusive, Parameter.Long(gid)) == gid;

    /// <summary>Makes <see cref="AwaitHomes"/> wait until this transaction ends.</summary>
    internal static void HoldHomes(Transaction tx, long gid) => tx.Execute(HoldHomesSql, Parameter.Long(gid));

    /// <summary>
    /// Waits until nobody makes homes in the domain any more, even if the transaction that makes them also adds the domain. It
    /// takes one lock or the other, never both: two transactions that take both in different order would be in deadlock.
    /// </summary>
    internal static void AwaitHomes(Transaction tx, long gid)
    {
        if (!Lock(tx, gid))
        {
            tx.Execute(AwaitHomesSql, Parameter.Long(gid));
        }
    }

    internal static long NextGid(Transaction tx) => tx.Scalar<long>(NextGidSql);

    internal static void Insert(Transaction tx, DomainName name, NewDomainRow row)
    {
        tx.Execute(
            InsertData,
            Parameter.Long(row.Gid),
            Parameter.Long(row.QuotaId),
            Parameter.Long(row.ServiceId),
            Parameter.Long(row.TransportId),
            Parameter.Text(row.Directory),
            Parameter.Text(row.Note));
        tx.Execute(InsertName, Parameter.Text(name.Ascii), Parameter.Long(row.Gid), Parameter.Bool(true));
    }

    internal static int InsertAlias(Transaction tx, DomainName name, long gid) =>
        tx.Execute(InsertName, Parameter.Text(name.Ascii), Parameter.Long(gid), Parameter.Bool(false));

    internal static int SetName(Transaction tx, DomainName alias, long gid) =>
        tx.Execute(SetNameSql, Parameter.Text(alias.Ascii), Parameter.Long(gid));

    internal static int DeleteName(Transaction tx, DomainName alias) => tx.Execute(DeleteNameSql, Parameter.Text(alias.Ascii));

    internal static int SetNote(Transaction tx, long gid, string? note) =>
        tx.Execute(SetNoteSql, Parameter.Long(gid), Parameter.Text(note));

    /// <summary>
    /// Sets the default; with <paramref name="reset"/> for all accounts. Returns the number of accounts that lost their override,
    /// as the next two.
    /// </summary>
    internal static int SetQuota(Transaction tx, long gid, long qid, bool reset)
    {
        tx.Execute(SetQuotaSql, Parameter.Long(gid), Parameter.Long(qid));
        return reset ? tx.Execute(ResetQuota, Parameter.Long(gid)) : 0;
    }

    internal static int SetServices(Transaction tx, long gid, long ssid, bool reset)
    {
        tx.Execute(SetServicesSql, Parameter.Long(gid), Parameter.Long(ssid));
        return reset ? tx.Execute(ResetServices, Parameter.Long(gid)) : 0;
    }

    internal static int SetTransport(Transaction tx, long gid, long tid, bool reset)
    {
        tx.Execute(SetTransportSql, Parameter.Long(gid), Parameter.Long(tid));
        return reset ? tx.Execute(ResetTransport, Parameter.Long(gid)) : 0;
    }

    /// <summary>Null where there is no domain with this primary name.</summary>
    internal static DomainInfo? Info(Transaction tx, DomainName name) =>
        Find(tx, name) is not { IsPrimary: true } row
            ? null
            : tx.One(
                InfoSql,
                r => new DomainInfo
                {
                    Domain = name.Ascii,
                    Unicode = name.Unicode,
                    Gid = r.GetInt64(0),
                    Directory = r.GetString(1),
                    QuotaBytes = r.GetInt64(2),
                    QuotaMessages = r.GetInt32(3),
                    Services = ChoiceTables.Services(r, 4),
                    Transport = r.GetString(8),
                    Note = r.TextOrNull(9),
                    AliasDomainCount = r.GetInt64(10),
                    AccountCount = r.GetInt64(11),
                    AliasCount = r.GetInt64(12),
                    RelocatedCount = r.GetInt64(13),
                    CatchAllCount = r.GetInt64(14),
                    AliasSenders = r.GetBoolean(15),
                    SenderGrantCount = r.GetInt64(16),
                },
                Parameter.Long(row.Gid));

    internal static List<string> AliasNames(Transaction tx, long gid) =>
        tx.List(AliasNamesSql, r => r.GetString(0), Parameter.Long(gid));

    /// <summary>Local parts of one kind.</summary>
    internal static List<string> LocalParts(Transaction tx, long gid, AddressKind kind) =>
        tx.List(LocalPartsSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Text(kind.Word()));

    /// <summary>The destinations of the catch-all.</summary>
    internal static List<string> CatchAll(Transaction tx, long gid) =>
        tx.List(LocalPartsSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Text("catchall"));

    internal static IEnumerable<DomainListItem> List(Transaction tx, string? like, DomainName? after, long? limit) => tx.Stream(
        ListSql,
        r => new DomainListItem(r.GetString(0), DomainName.Stored(r.GetString(0)).Unicode, r.GetBoolean(1))
        {
            Suspended = r.TextOrNull(2),
        },
        Parameter.Text(like),
        Parameter.Text(after?.Ascii),
        Parameter.LongOrNull(limit));

    /// <summary>Deletes the domain and everything in it; the caller holds the exclusive lock.</summary>
    internal static void Delete(Transaction tx, long gid)
    {
        foreach (var statement in (string[])[DeleteCatchAlls, DeleteAliases, DeleteRelocated, DeleteUsers, DeleteNames, DeleteData])
        {
            tx.Execute(statement, Parameter.Long(gid));
        }
    }
}
