using Vmm.Data.Values;

namespace Vmm.Core.Unix;

/// <summary>A statement as you type it for psql(1), with the database and role of the configuration.</summary>
internal static class PsqlCommand
{
    internal static string Of(DatabaseOptions database, string sql) =>
        $"psql -h {FileName.Quote(database.Host)} -p {database.Port} -U {FileName.Quote(database.User)}"
        + $" -d {FileName.Quote(database.Name)} -1 -c {FileName.Quote(sql)}";

    /// <summary>
    /// Statements that only a superuser may run, each in a transaction of its own, as far as they succeed. On this machine the
    /// server's own user is one.
    /// </summary>
    internal static string AsSuperuser(DatabaseOptions database, params IEnumerable<string> statements) =>
        $"{(database.IsLocal ? "runuser -u postgres -- " : "")}psql -h {FileName.Quote(database.Host)} -p {database.Port}"
        + $" -U postgres -d {FileName.Quote(database.Name)} -v ON_ERROR_STOP=1"
        + string.Concat(statements.Select(s => $" -c {FileName.Quote(s)}"));
}
