using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Names that begin with a few letters, for completion at a prompt.</summary>
internal static class CompletionSql
{
    /// <summary>
    /// vmm_address is ordered by bytes, so this reads one range of its index; U+10FFFF is the last of all characters.
    /// </summary>
    internal const string AddressesSql = """
        SELECT address FROM vmm_address
         WHERE address >= $1 AND address < $1 || chr(1114111) AND ($2::text IS NULL OR kind = $2)
         ORDER BY address LIMIT $3
        """;

    internal const string DomainsSql = """
        SELECT domainname FROM domain_name
         WHERE starts_with(domainname, $1) AND is_primary = $2
         ORDER BY domainname COLLATE "C" LIMIT $3
        """;

    internal const string TransportsSql = """
        SELECT DISTINCT transport::text FROM transport WHERE starts_with(transport, $1) ORDER BY 1 LIMIT $2
        """;

    /// <summary><paramref name="kind"/> may be null for all of them.</summary>
    internal static List<string> Addresses(Transaction tx, string prefix, AddressKind? kind, int most) =>
        tx.List(AddressesSql, r => r.GetString(0), Parameter.Text(prefix), Parameter.Text(kind?.Word()), Parameter.Int(most));

    internal static List<string> Domains(Transaction tx, string prefix, bool isPrimary, int most) =>
        tx.List(DomainsSql, r => r.GetString(0), Parameter.Text(prefix), Parameter.Bool(isPrimary), Parameter.Int(most));

    internal static List<string> Transports(Transaction tx, string prefix, int most) =>
        tx.List(TransportsSql, r => r.GetString(0), Parameter.Text(prefix), Parameter.Int(most));
}
