using Npgsql;
using NpgsqlTypes;

namespace Vmm.Data.Sql;

/// <summary>Typed parameters: without boxing and type lookup. A value never becomes part of a statement's text.</summary>
internal static class Parameter
{
    internal static NpgsqlParameter Text(string? value) =>
        new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    internal static NpgsqlParameter Long(long value) => new NpgsqlParameter<long> { TypedValue = value };

    internal static NpgsqlParameter LongOrNull(long? value) =>
        new NpgsqlParameter<long?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    internal static NpgsqlParameter TimeOrNull(DateTime? value) =>
        new NpgsqlParameter<DateTime?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    internal static NpgsqlParameter Int(int value) => new NpgsqlParameter<int> { TypedValue = value };

    internal static NpgsqlParameter Bool(bool value) => new NpgsqlParameter<bool> { TypedValue = value };

    internal static NpgsqlParameter Texts(IEnumerable<string> values) =>
        new NpgsqlParameter<string[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    internal static NpgsqlParameter TextsOrNull(IEnumerable<string>? values) => new NpgsqlParameter<string[]?>
    {
        TypedValue = values is null ? null : [.. values],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    internal static NpgsqlParameter Longs(IEnumerable<long> values) =>
        new NpgsqlParameter<long[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    internal static NpgsqlParameter LongsOrNull(IEnumerable<long>? values) => new NpgsqlParameter<long[]?>
    {
        TypedValue = values is null ? null : [.. values],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
    };

    internal static string? TextOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static DateTime? TimeOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetDateTime(column);
}
