using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>Transports as an older vmm, or another program, may have stored them.</summary>
internal static class TransportSql
{
    /// <summary>Those that are not ASCII, by domain, or of one domain; the account is the first that has one of its own.</summary>
    /// <remarks>MATERIALIZED: there are hardly ever any, and then no account is looked at.</remarks>
    internal const string ForeignSql = """
        WITH foreign_transport AS MATERIALIZED (
            SELECT tid, transport FROM transport WHERE octet_length(convert_to(transport, 'UTF8')) > length(transport))
        SELECT n.domainname, NULL, 0, t.transport
          FROM foreign_transport t
          JOIN domain_data d ON d.tid = t.tid
          JOIN domain_name n ON n.gid = d.gid AND n.is_primary
         WHERE $1::bigint IS NULL OR d.gid = $1
        UNION ALL
        SELECT n.domainname, min(u.local_part), count(*), t.transport
          FROM foreign_transport t
          JOIN users u ON u.tid = t.tid
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE $1::bigint IS NULL OR u.gid = $1
         GROUP BY n.domainname, t.transport
         ORDER BY 1, 2
        """;

    internal static List<ForeignTransport> Foreign(Transaction tx, long? gid) => tx.List(
        ForeignSql,
        r => new ForeignTransport(r.GetString(0), r.TextOrNull(1), r.GetInt64(2), r.GetString(3)),
        Parameter.LongOrNull(gid));
}
