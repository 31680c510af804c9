using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements of the rename of a domain.</summary>
internal static class DomainRenameSql
{
    /// <summary>Makes one of a domain's names the primary one. No address comes or goes by that.</summary>
    internal const string SetPrimarySql = """
        UPDATE domain_name SET is_primary = (domainname = $2) WHERE gid = $1 AND is_primary <> (domainname = $2)
        """;

    internal const string LongestLocalPartSql = """
        SELECT p.local_part::text
          FROM (SELECT local_part FROM users WHERE gid = $1
                UNION ALL SELECT address FROM alias WHERE gid = $1
                UNION ALL SELECT address FROM relocated WHERE gid = $1) AS p (local_part)
         ORDER BY octet_length(p.local_part) DESC
         LIMIT 1
        """;

    internal static void SetPrimary(Transaction tx, long gid, DomainName name) =>
        tx.Execute(SetPrimarySql, Parameter.Long(gid), Parameter.Text(name.Ascii));

    /// <summary>Null in an empty domain.</summary>
    internal static string? LongestLocalPart(Transaction tx, long gid) =>
        tx.Scalar<string>(LongestLocalPartSql, Parameter.Long(gid));
}
