using Vmm.Data.Values;

namespace Vmm.Core.Unix;

/// <summary>A statement as you type it for psql(1), with the database and role of the configuration.</summary>
internal static class PsqlCommand
{
    internal static string Of(DatabaseOptions database, string sql) =>
        $"psql -h {FileName.Quote(database.Host)} -p {database.Port} -U {FileName.Quote(database.User)}"
        + $" -d {FileName.Quote(database.Name)} -1 -c {FileName.Quote(sql)}";
}
