using System.Globalization;
using Npgsql;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data.Sql.PostfixAdmin;

/// <summary>Reads PostfixAdmin's tables in one read-only snapshot.</summary>
public static class SourceReader
{
    private static readonly string[] Needed = ["domain", "alias_domain", "mailbox", "alias"];

    /// <summary>
    /// Reads everything that is imported. If <paramref name="options"/> has no
    /// password, it comes from PGPASSWORD or libpq's password file.
    /// </summary>
    /// <exception cref="VmmException">35 no connection or no privilege to read, 82 none of PostfixAdmin's tables.</exception>
    public static SourceTables Read(DatabaseOptions options)
    {
        using var tx = BeginSql.BeginOther(options, CancellationToken.None);
        var tables = (tx.List(SourceSql.Tables, r => r.GetString(0))).ToHashSet();
        if (Needed.FirstOrDefault(t => !tables.Contains(t)) is { } missing)
        {
            throw Errors.SchemaUnknown(
                $"the database {options} is not PostfixAdmin's: there is no table '{missing}'",
                "Name PostfixAdmin's database with --source; its tables must be in the search path, without a prefix.");
        }

        return new SourceTables(
            tx.List(
                SourceSql.Domains,
                r => new SourceDomain(Text(r, 0), r.TextOrNull(1), r.TextOrNull(2), Flag(r, 3, missing: false), Flag(r, 4))),
            tx.List(SourceSql.AliasDomains, r => new SourceAliasDomain(Text(r, 0), Text(r, 1), Flag(r, 2))),
            tx.List(
                SourceSql.Mailboxes,
                r => new SourceMailbox(Text(r, 0), Text(r, 1), r.TextOrNull(2), Text(r, 3), Number(r, 4), Flag(r, 5), Flag(r, 6))),
            tx.List(SourceSql.Aliases, r => new SourceAlias(Text(r, 0), Destinations(Text(r, 1)), Flag(r, 2))))
        {
            Vacations = tables.Contains("vacation") ? Active(tx, SourceSql.Vacations) : [],
            Fetched = tables.Contains("fetchmail") ? Active(tx, SourceSql.Fetchmail) : [],
            AppPasswords = tables.Contains("mailbox_app_password") ? tx.List(SourceSql.AppPasswords, r => Text(r, 0)) : [],
            SecondFactors = tx.List(SourceSql.SecondFactors, r => Text(r, 0)),
        };
    }

    private static IReadOnlyList<string> Active(Transaction tx, string sql) =>
        [.. (tx.List(sql, r => (Address: Text(r, 0), IsActive: Flag(r, 1)))).Where(v => v.IsActive).Select(v => v.Address)];

    private static string[] Destinations(string text) =>
        text.Split([',', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Text(NpgsqlDataReader reader, int column) => reader.TextOrNull(column) ?? "";

    private static long Number(NpgsqlDataReader reader, int column) =>
        decimal.TryParse(Text(reader, column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (long)Math.Clamp(number, long.MinValue, long.MaxValue)
            : 0;

    /// <summary>A flag, or <paramref name="missing"/> where this version of PostfixAdmin does not have the column.</summary>
    private static bool Flag(NpgsqlDataReader reader, int column, bool missing = true) => reader.TextOrNull(column) switch
    {
        null => missing,
        "true" or "t" or "1" => true,
        _ => false,
    };
}
