namespace Vmm.Data.Sql;

/// <summary>Domains whose directory is below one base directory and not below another.</summary>
/// <param name="Base">The base directory that their rows name.</param>
/// <param name="Domains">Their number.</param>
internal sealed record OtherBase(string Base, long Domains);

/// <summary>The base directory, which every domain's row names.</summary>
internal static class BaseSql
{
    /// <summary>The base directories other than $1, with the most domains first.</summary>
    internal const string OthersSql = """
        SELECT regexp_replace(domaindir, '/+[^/]+/+[^/]+/*$', ''), count(*)
          FROM domain_data
         WHERE NOT starts_with(domaindir, $1 || '/')
         GROUP BY 1
         ORDER BY 2 DESC, 1
        """;

    internal static List<OtherBase> Others(Transaction tx, string directory) =>
        tx.List(OthersSql, r => new OtherBase(r.GetString(0), r.GetInt64(1)), Parameter.Text(directory));

    /// <summary>The statement that moves the rows from one base directory to another; it is printed, never run here.</summary>
    internal static string Move(string from, string to) => string.Concat(
        "UPDATE domain_data SET domaindir = ",
        Quote(to),
        $" || substr(domaindir, {from.Length + 1}) WHERE starts_with(domaindir, ",
        Quote($"{from}/"),
        ")");

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
