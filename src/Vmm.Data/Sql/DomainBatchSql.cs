using NpgsqlTypes;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about many domains at once.</summary>
internal static class DomainBatchSql
{
    /// <summary>As <see cref="DomainSql.FindSql"/>. A join, because of many names = ANY would read the whole table.</summary>
    internal const string FindSql = """
        SELECT n.domainname, n.gid, coalesce(p.domainname, n.domainname), n.is_primary, d.domaindir
          FROM (SELECT DISTINCT unnest($1::text[])) AS k (name)
          JOIN domain_name n ON n.domainname = k.name
          JOIN domain_data d ON d.gid = n.gid
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
        """;

    internal const string NextGidsSql = "SELECT nextval('domain_gid') FROM generate_series(1, $1)";

    internal const string CopyDataSql =
        "COPY domain_data (gid, qid, ssid, tid, domaindir, note) FROM STDIN (FORMAT binary)";

    internal const string CopyNamesSql = "COPY domain_name (domainname, gid, is_primary) FROM STDIN (FORMAT binary)";

    /// <summary>Those that exist.</summary>
    internal static Dictionary<DomainName, DomainRow> Find(Transaction tx, IEnumerable<DomainName> names) => tx
        .List(
            FindSql,
            r => (Name: DomainName.Stored(r.GetString(0)), Row: new DomainRow(
                r.GetInt64(1), DomainName.Stored(r.GetString(2)), r.GetBoolean(3), r.GetString(4))),
            Parameter.Texts(names.Select(n => n.Ascii)))
        .ToDictionary(d => d.Name, d => d.Row);

    internal static List<long> NextGids(Transaction tx, int count) =>
        tx.List(NextGidsSql, r => r.GetInt64(0), Parameter.Int(count));

    /// <summary>Adds domains with their primary names.</summary>
    internal static void Copy(Transaction tx, IReadOnlyCollection<(DomainName Name, NewDomainRow Row)> domains)
    {
        tx.Copy(CopyDataSql, domains, (import, domain) =>
        {
            import.Write(domain.Row.Gid, NpgsqlDbType.Bigint);
            import.Write(domain.Row.QuotaId, NpgsqlDbType.Bigint);
            import.Write(domain.Row.ServiceId, NpgsqlDbType.Bigint);
            import.Write(domain.Row.TransportId, NpgsqlDbType.Bigint);
            import.Write(domain.Row.Directory, NpgsqlDbType.Varchar);
            if (domain.Row.Note is { } note)
            {
                import.Write(note, NpgsqlDbType.Text);
            }
            else
            {
                import.WriteNull();
            }
        });
        CopyNames(tx, domains.Select(d => (d.Name, d.Row.Gid)), isPrimary: true);
    }

    /// <summary>Adds names to domains.</summary>
    internal static void CopyNames(Transaction tx, IEnumerable<(DomainName Name, long Gid)> names, bool isPrimary) =>
        tx.Copy(CopyNamesSql, names, (import, name) =>
        {
            import.Write(name.Name.Ascii, NpgsqlDbType.Varchar);
            import.Write(name.Gid, NpgsqlDbType.Bigint);
            import.Write(isPrimary, NpgsqlDbType.Boolean);
        });
}
