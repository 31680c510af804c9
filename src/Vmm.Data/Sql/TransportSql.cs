using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>Transports as an older vmm, or another program, may have stored them.</summary>
internal static class TransportSql
{
    /// <summary>Those that are not ASCII, by domain; the account is the first that has one of its own.</summary>
    internal const string ForeignSql = """
        SELECT n.domainname, NULL, 0, t.transport
          FROM transport t
          JOIN domain_data d ON d.tid = t.tid
          JOIN domain_name n ON n.gid = d.gid AND n.is_primary
         WHERE octet_length(convert_to(t.transport, 'UTF8')) > length(t.transport)
        UNION ALL
        SELECT n.domainname, min(u.local_part), count(*), t.transport
          FROM transport t
          JOIN users u ON u.tid = t.tid
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE octet_length(convert_to(t.transport, 'UTF8')) > length(t.transport)
         GROUP BY n.domainname, t.transport
         ORDER BY 1, 2
        """;

    internal static List<ForeignTransport> Foreign(Transaction tx) => tx.List(
        ForeignSql, r => new ForeignTransport(r.GetString(0), r.TextOrNull(1), r.GetInt64(2), r.GetString(3)));
}
