using Npgsql;
using Vmm.Sql;

namespace Vmm;

/// <summary>One statement of several that go to the server together; each sees what was committed before it began.</summary>
internal sealed record Statement(string Sql, params NpgsqlParameter[] Parameters);

/// <summary>
/// One connection with one transaction: the only way to the database. Disposing without <see cref="CommitAsync"/> rolls back.
/// Every failure leaves as a <see cref="VmmException"/>. The calls block: one command has nothing else to do while it waits, and no threads have to
/// be started for it.
/// </summary>
public sealed class Transaction : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly bool readOnly;
    private readonly CancellationToken ct;
    private bool begun;

    private Transaction(NpgsqlDataSource source, NpgsqlConnection connection, bool readOnly, CancellationToken ct)
    {
        this.source = source;
        this.connection = connection;
        this.readOnly = readOnly;
        this.ct = ct;
    }

    /// <summary>Connects. The transaction begins with its first statement, which costs no time of its own; before anything else it makes sure that the
    /// schema is one that this vmm knows.</summary>
    /// <exception cref="VmmException">35 no connection; from the first statement: 82 unknown schema.</exception>
    public static async Task<Transaction> BeginAsync(DatabaseOptions options, bool readOnly, CancellationToken ct)
    {
        var source = Connections.Source(options);
        try
        {
            // A server far away may not answer for seconds, and the user may not want to wait for it.
            var connection = options.IsLocal ? source.OpenConnection() : await source.OpenConnectionAsync(ct);
            return new Transaction(source, connection, readOnly, ct);
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
    /// <exception cref="VmmException">35; then nobody knows whether the change is made.</exception>
    public Task CommitAsync()
    {
        try
        {
            using var command = new NpgsqlCommand(SchemaSql.Commit, connection);
            return Task.FromResult(command.ExecuteNonQuery());
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            throw Failures.CommitUnknown(e);
        }
    }

    /// <summary>Closes the connection; the server rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>The first row, or null where there is none.</summary>
    internal Task<T?> OneAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
        where T : class => Run(reader => reader.Read() ? map(reader) : null, new Statement(sql, parameters));

    /// <summary>The first column of the first row; the default of T where there is none or it is NULL.</summary>
    internal Task<T?> ScalarAsync<T>(string sql, params NpgsqlParameter[] parameters) =>
        Run(reader => reader.Read() && reader.GetValue(0) is T value ? value : default, new Statement(sql, parameters));

    /// <summary>The number of rows changed.</summary>
    internal Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters) =>
        Run(reader => Math.Max(0, reader.RecordsAffected), new Statement(sql, parameters));

    /// <summary>All rows at once: for lists that belong to one object.</summary>
    internal Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters) => Run(
        reader =>
        {
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(map(reader));
            }

            return rows;
        },
        new Statement(sql, parameters));

    /// <summary>Rows one by one, in constant memory: for lists over the whole installation.</summary>
    internal async IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        await using var batch = Batch(new Statement(sql, parameters));
        await using var reader = Guarded(() => Open(batch));
        while (Guarded(reader.Read))
        {
            yield return map(reader);
        }
    }

    /// <summary>Sends several statements in one round trip. <paramref name="read"/> starts at the first of those that give rows.</summary>
    internal Task<T> Run<T>(Func<NpgsqlDataReader, T> read, params Statement[] statements) => Task.FromResult(Guarded(() =>
    {
        using var batch = Batch(statements);
        using var reader = Open(batch);
        return read(reader);
    }));

    private NpgsqlBatch Batch(params Statement[] statements)
    {
        var batch = new NpgsqlBatch(connection);
        if (!begun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(readOnly ? SchemaSql.BeginRead : SchemaSql.BeginChange));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SchemaSql.Version));
        }

        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            command.Parameters.AddRange(statement.Parameters);
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    /// <summary>Sends the batch; the reader stands before the rows of the caller's first statement.</summary>
    private NpgsqlDataReader Open(NpgsqlBatch batch)
    {
        using var cancelling = ct.Register(batch.Cancel);
        ct.ThrowIfCancellationRequested();
        var reader = batch.ExecuteReader();
        if (!begun)
        {
            SchemaSql.RequireKnown(reader.Read() ? reader.GetInt32(0) : null);
            begun = true;
            reader.NextResult();
        }

        return reader;
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.MessageText, e, ct);
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            throw Failures.Translate(e, null);
        }
    }
}
