using System.Data;
using Npgsql;
using Vmm.Sql;

namespace Vmm;

/// <summary>
/// One connection with one transaction: the only way to the database. Disposing without <see cref="CommitAsync"/> rolls back.
/// Every failure leaves as a <see cref="VmmException"/>. The calls block: one command has nothing else to do while it waits, and no threads have to
/// be started for it.
/// </summary>
public sealed class Transaction : IAsyncDisposable
{
    private const string Commit = "COMMIT";
    private const string Rollback = "ROLLBACK";
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly CancellationToken ct;
    private bool ended;

    /// <summary>
    /// BEGIN goes to the server together with the first statement. A command that only reads has one snapshot for all its look-ups; in one that
    /// changes, each statement sees what others committed while it waited for a lock.
    /// </summary>
    private Transaction(NpgsqlDataSource source, NpgsqlConnection connection, bool readOnly, CancellationToken ct)
    {
        this.source = source;
        this.connection = connection;
        this.ct = ct;
        // Not kept: to end it with COMMIT, or with the connection, no object is needed.
        _ = connection.BeginTransaction(readOnly ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted);
    }

    /// <summary>Connects, begins, and makes sure that the schema is one that this vmm knows; <paramref name="anyLayout"/> is for the command that makes it one.</summary>
    /// <exception cref="VmmException">35 no connection, 82 unknown schema.</exception>
    public static async Task<Transaction> BeginAsync(DatabaseOptions options, bool readOnly, CancellationToken ct, bool anyLayout = false)
    {
        var source = Connections.Source(options, readOnly);
        try
        {
            // A server far away may not answer for seconds, and the user may not want to wait for it. Opened by a blocking call all the same: on a
            // socket that was opened asynchronously the blocking calls that follow would wait for ever.
            var connection = options.IsLocal ? source.OpenConnection() : await Task.Run(source.OpenConnection, ct).WaitAsync(ct);
            var opened = new Transaction(source, connection, readOnly, ct);
            return anyLayout ? opened : await opened.WithKnownSchemaAsync();
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            source.Dispose();
            throw Failures.Translate(e, options);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>A read-only snapshot of a database of another program.</summary>
    /// <exception cref="VmmException">35 no connection.</exception>
    internal static Transaction BeginOther(DatabaseOptions options, CancellationToken ct)
    {
        var source = Connections.Source(options, readOnly: true);
        try
        {
            return new Transaction(source, source.OpenConnection(), readOnly: true, ct);
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            source.Dispose();
            throw Failures.OfOther(e, options);
        }
    }

    /// <summary>Whether COMMIT was sent and not refused: the change is made then, or nobody knows.</summary>
    public bool MayBeKept { get; private set; }

    /// <summary>Makes everything durable. Not cancellable: once sent, the outcome is the server's.</summary>
    /// <exception cref="VmmException">As of any statement when the server refuses it; 35 when nobody knows whether the change is made (<see cref="MayBeKept"/>).</exception>
    public Task CommitAsync()
    {
        try
        {
            using var command = Command(Commit, []);
            MayBeKept = ended = true;
            return Task.FromResult(command.ExecuteNonQuery());
        }
        catch (PostgresException e) when (connection.State == ConnectionState.Open && Failures.IsRefusal(e))
        {
            // A deferred constraint or trigger, for example: the server has rolled back, and is there to say so.
            MayBeKept = false;
            throw Failures.Translate(e, null);
        }
        catch (Exception e) when (Failures.IsDatabase(e))
        {
            throw Failures.CommitUnknown(e);
        }
    }

    /// <summary>
    /// Closes the connection. What was not committed is rolled back by the server in any case; it is told to, because a pooler such as pgbouncer throws
    /// away a session that is left in the middle of a transaction.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        if (!ended && !ct.IsCancellationRequested && connection.State == ConnectionState.Open)
        {
            try
            {
                using var command = Command(Rollback, []);
                command.ExecuteNonQuery();
            }
            catch (Exception e) when (Failures.IsDatabase(e))
            {
                // Lost or silent: then closing it does the same.
            }
        }

        connection.Dispose();
        source.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The first row, or null where there is none.</summary>
    internal Task<T?> OneAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
        where T : class => Run(sql, parameters, reader => reader.Read() ? map(reader) : null);

    /// <summary>The first column of the first row; the default of T where there is none or it is NULL.</summary>
    internal Task<T?> ScalarAsync<T>(string sql, params NpgsqlParameter[] parameters) =>
        Run(sql, parameters, reader => reader.Read() && reader.GetValue(0) is T value ? value : default);

    /// <summary>The number of rows changed.</summary>
    internal Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters) =>
        Run(sql, parameters, reader => reader.RecordsAffected);

    /// <summary>Many statements, none of which has a result. They can be interrupted until the last of them is through.</summary>
    internal Task ScriptAsync(string sql) => Task.FromResult(Guarded(() =>
    {
        ct.ThrowIfCancellationRequested();
        using var command = Command(sql, []);
        using var cancelling = ct.Register(command.Cancel);
        return command.ExecuteNonQuery();
    }));

    /// <summary>All rows at once: for lists that belong to one object.</summary>
    internal Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters) => Run(
        sql,
        parameters,
        reader =>
        {
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(map(reader));
            }

            return rows;
        });

    /// <summary>Writes many rows with one COPY, as fast as the server takes them.</summary>
    internal Task CopyAsync<T>(string sql, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write) => Task.FromResult(Guarded(() =>
    {
        using var import = connection.BeginBinaryImport(sql);
        import.Timeout = TimeSpan.FromSeconds(connection.CommandTimeout);
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            import.StartRow();
            write(import, row);
        }

        return import.Complete();
    }));

    /// <summary>Rows one by one, in constant memory: for lists over the whole installation.</summary>
    internal async IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        using var command = Command(sql, parameters);
        // Closed by a blocking call, too: what is left of many rows is read then, and after one asynchronous read of the socket the blocking ones, such as that
        // of ROLLBACK, could wait on the very thread that would have to wake them.
        using var reader = Guarded(() => Open(command));
        while (Guarded(reader.Read))
        {
            ct.ThrowIfCancellationRequested();
            yield return map(reader);
        }
    }

    private async Task<Transaction> WithKnownSchemaAsync()
    {
        try
        {
            SchemaSql.RequireKnown(await ScalarAsync<int?>(SchemaSql.Version));
            return this;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private Task<T> Run<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read) => Task.FromResult(Guarded(() =>
    {
        using var command = Command(sql, parameters);
        using var reader = Open(command);
        return read(reader);
    }));

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }

    /// <summary>What takes long is the wait for a lock, and that is over with the first row.</summary>
    private NpgsqlDataReader Open(NpgsqlCommand command)
    {
        ct.ThrowIfCancellationRequested();
        using var cancelling = ct.Register(command.Cancel);
        return command.ExecuteReader();
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
