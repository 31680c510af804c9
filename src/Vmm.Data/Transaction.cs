using System.Data;
using Npgsql;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data;

/// <summary>
/// One connection with one transaction: the only way to the database. Disposing without <see cref="Commit"/> rolls back.
/// Every failure leaves as a <see cref="VmmException"/>. The calls block: one command has nothing else to do while it waits, and no threads have to
/// be started for it.
/// </summary>
public sealed class Transaction : IDisposable
{
    private const string CommitSql = "COMMIT";
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

    /// <summary>Connects and begins.</summary>
    /// <exception cref="VmmException">35 no connection.</exception>
    public static Transaction Begin(DatabaseOptions options, bool readOnly, CancellationToken ct)
    {
        var source = Connections.Source(options, readOnly);
        try
        {
            var connection = options.IsLocal ? source.OpenConnection() : OpenFarAway(source, ct);
            return new Transaction(source, connection, readOnly, ct);
        }
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            source.Dispose();
            throw NpgsqlErrors.Translate(e, options);
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
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            source.Dispose();
            throw NpgsqlErrors.OfOther(e, options);
        }
    }

    /// <summary>Whether COMMIT was sent and not refused: the change is made then, or nobody knows.</summary>
    public bool MayBeKept { get; private set; }

    /// <summary>Makes everything durable. Not cancellable: once sent, the outcome is the server's.</summary>
    /// <exception cref="VmmException">As of any statement when the server refuses it; 35 when nobody knows whether the change is made (<see cref="MayBeKept"/>).</exception>
    public void Commit()
    {
        try
        {
            using var command = Command(CommitSql, []);
            MayBeKept = ended = true;
            _ = command.ExecuteNonQuery();
        }
        catch (PostgresException e) when (connection.State == ConnectionState.Open && NpgsqlErrors.IsRefusal(e))
        {
            // A deferred constraint or trigger, for example: the server has rolled back, and is there to say so.
            MayBeKept = false;
            throw NpgsqlErrors.Translate(e, null);
        }
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            throw NpgsqlErrors.CommitUnknown(e);
        }
    }

    /// <summary>
    /// Closes the connection. What was not committed is rolled back by the server in any case; it is told to, because a pooler such as pgbouncer throws
    /// away a session that is left in the middle of a transaction.
    /// </summary>
    public void Dispose()
    {
        if (!ended && !ct.IsCancellationRequested && connection.State == ConnectionState.Open)
        {
            try
            {
                using var command = Command(Rollback, []);
                command.ExecuteNonQuery();
            }
            catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
            {
                // Lost or silent: then closing it does the same.
            }
        }

        connection.Dispose();
        source.Dispose();
    }

    /// <summary>The first row, or null where there is none.</summary>
    internal T? One<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
        where T : class => Run(sql, parameters, reader => reader.Read() ? map(reader) : null);

    /// <summary>The first column of the first row; the default of T where there is none or it is NULL.</summary>
    internal T? Scalar<T>(string sql, params NpgsqlParameter[] parameters) =>
        Run(sql, parameters, reader => reader.Read() && reader.GetValue(0) is T value ? value : default);

    /// <summary>The number of rows changed.</summary>
    internal int Execute(string sql, params NpgsqlParameter[] parameters) =>
        Run(sql, parameters, reader => reader.RecordsAffected);

    /// <summary>Many statements, none of which has a result. They can be interrupted until the last of them is through.</summary>
    internal void Script(string sql) => _ = Guarded(() =>
    {
        ct.ThrowIfCancellationRequested();
        using var command = Command(sql, []);
        using var cancelling = ct.Register(command.Cancel);
        return command.ExecuteNonQuery();
    });

    /// <summary>All rows at once: for lists that belong to one object.</summary>
    internal List<T> List<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters) => Run(
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
    internal void Copy<T>(string sql, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write) => _ = Guarded(() =>
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
    });

    /// <summary>Rows one by one, in constant memory: for lists over the whole installation.</summary>
    internal IEnumerable<T> Stream<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = Guarded(() => Open(command));
        while (Guarded(reader.Read))
        {
            ct.ThrowIfCancellationRequested();
            yield return map(reader);
        }
    }

    /// <summary>A server far away may not answer for seconds, and opening cannot be cancelled: it is left alone when you interrupt.</summary>
    private static NpgsqlConnection OpenFarAway(NpgsqlDataSource source, CancellationToken ct)
    {
        var opening = Task.Run(source.OpenConnection, CancellationToken.None);
        _ = Task.WaitAny([opening], ct);
        return opening.GetAwaiter().GetResult();
    }

    private T Run<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read) => Guarded(() =>
    {
        using var command = Command(sql, parameters);
        using var reader = Open(command);
        return read(reader);
    });

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
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            throw NpgsqlErrors.Translate(e, null);
        }
    }
}
