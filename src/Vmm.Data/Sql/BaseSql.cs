namespace Vmm.Data.Sql;

/// <summary>Domains whose directory is below one base directory and not below another.</summary>
/// <param name="Base">The base directory that their rows name.</param>
/// <param name="Domains">Their number.</param>
internal sealed record OtherBase(string Base, long Domains);

/// <summary>The base directory, which every domain's row names.</summary>
internal static class BaseSql
{
    /// <summary>
    /// The base directories other than $1, with the most domains first; without those of rows that name no directory such as vmm
    /// makes.
    /// </summary>
    internal const string OthersSql = """
        SELECT b.base, count(*)
          FROM domain_data d
         CROSS JOIN LATERAL (SELECT regexp_replace(d.domaindir, '/+[0-9a-z]/+[0-9]+/*$', '')) AS b (base)
         WHERE b.base NOT IN (d.domaindir, $1, '')
         GROUP BY 1
         ORDER BY 2 DESC, 1
        """;

    internal static List<OtherBase> Others(Transaction tx, string directory) =>
        tx.List(OthersSql, r => new OtherBase(r.GetString(0), r.GetInt64(1)), Parameter.Text(directory));

    /// <summary>
    /// The statement that moves the rows from one base directory to another; it is printed, never run here. One base may lie in the
    /// other: what has more between it and the number than the one letter stays, also if the statement is run twice.
    /// </summary>
    internal static string Move(string from, string to) => string.Concat(
        "UPDATE domain_data SET domaindir = ",
        Quote(to),
        $" || substr(domaindir, {from.Length + 1}) WHERE left(domaindir, {from.Length}) = ",
        Quote(from),
        $" AND substr(domaindir, {from.Length + 1}) ~ '^/+[0-9a-z]/+[0-9]+/*$'");

    /// <summary>The statement that tells of the new place of one domain; it is printed, never run here.</summary>
    internal static string MoveDomain(long gid, string directory) => string.Concat(
        "UPDATE domain_data SET domaindir = ",
        Quote(directory),
        $" WHERE gid = {gid}");

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
