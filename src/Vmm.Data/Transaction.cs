using System.Runtime.CompilerServices;
using Npgsql;
using Vmm.Sql;

namespace Vmm;

/// <summary>
/// One connection with one transaction: the only way to the database. Disposing without <see cref="CommitAsync"/> rolls back.
/// Every failure leaves as a <see cref="VmmException"/>.
/// </summary>
public sealed class Transaction : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly CancellationToken ct;

    private Transaction(NpgsqlDataSource source, NpgsqlConnection connection, CancellationToken ct)
    {
        this.source = source;
        this.connection = connection;
        this.ct = ct;
    }

    /// <summary>Connects, begins, and makes sure that the schema is one that this vmm knows: one round trip after the log-in.</summary>
    /// <exception cref="VmmException">35 no connection, 82 unknown schema.</exception>
    public static async Task<Transaction> BeginAsync(DatabaseOptions options, bool readOnly, CancellationToken ct)
    {
        var source = Connections.Source(options);
        try
        {
            var connection = await source.OpenConnectionAsync(ct);
            var transaction = new Transaction(source, connection, ct);
            await transaction.StartAsync(readOnly);
            return transaction;
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            await source.DisposeAsync();
            throw Failures.Translate(e, options);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes everything durable. Not cancellable: once sent, the outcome is the server's.</summary>
    public Task CommitAsync() => GuardAsync(async () =>
    {
        var command = Command(SchemaSql.Commit);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    });

    /// <summary>Closes the connection; the server rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>The first row, or null where there is none.</summary>
    internal Task<T?> OneAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
        where T : class => GuardAsync(async () =>
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? map(reader) : null;
    });

    /// <summary>The first column of the first row; the default of T where there is none or it is NULL.</summary>
    internal Task<T?> ScalarAsync<T>(string sql, params NpgsqlParameter[] parameters) => GuardAsync(async () =>
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(ct) is T value ? value : default;
    });

    /// <summary>The number of rows changed.</summary>
    internal Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters) => GuardAsync(async () =>
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(ct);
    });

    /// <summary>All rows at once: for lists that belong to one object.</summary>
    internal async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        var rows = new List<T>();
        await foreach (var row in StreamAsync(sql, map, parameters))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Rows one by one, in constant memory: for lists over the whole installation.</summary>
    internal async IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await GuardAsync(() => command.ExecuteReaderAsync(ct));
        while (await GuardAsync(() => reader.ReadAsync(ct)))
        {
            yield return map(reader);
        }
    }

    private async Task StartAsync(bool readOnly)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(readOnly ? SchemaSql.BeginRead : SchemaSql.BeginChange),
                new NpgsqlBatchCommand(SchemaSql.Version),
            },
        };
        SchemaSql.RequireKnown(await batch.ExecuteScalarAsync(ct) as int?);
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            throw Failures.Translate(e, null);
        }
    }
}
