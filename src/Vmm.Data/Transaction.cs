using System.Data;
using Npgsql;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data;

/// <summary>
/// One connection with one transaction: the only way to the database. Disposing without <see cref="Commit"/> rolls back.
/// Every failure is thrown as a <see cref="VmmException"/>. The calls block: a command has nothing else to do while it waits.
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
    /// BEGIN is sent together with the first statement. A command that only reads has one snapshot for all its queries. In a
    /// command that changes something, each statement sees what others committed while it waited for a lock.
    /// </summary>
    private Transaction(NpgsqlDataSource source, NpgsqlConnection connection, bool readOnly, CancellationToken ct)
    {
        this.source = source;
        this.connection = connection;
        this.ct = ct;
        // The object is not kept: COMMIT, or closing the connection, ends the transaction without it.
        _ = connection.BeginTransaction(readOnly ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted);
    }

    /// <summary>Connects and begins.</summary>
    /// <exception cref="VmmException">35 no connection.</exception>
    public static Transaction Begin(DatabaseOptions options, bool readOnly, CancellationToken ct)
    {
        var source = Connections.Source(options);
        try
        {
            var connection = options.IsLocal ? source.OpenConnection() : OpenRemote(source, options, ct);
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

    /// <summary>A read-only snapshot of another program's database.</summary>
    /// <exception cref="VmmException">35 no connection.</exception>
    internal static Transaction BeginOther(DatabaseOptions options, CancellationToken ct)
    {
        var source = Connections.Source(options);
        try
        {
            return new Transaction(source, Connections.Open(source, options), readOnly: true, ct);
        }
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            source.Dispose();
            throw NpgsqlErrors.TranslateSource(e, options);
        }
    }

    /// <summary>Whether COMMIT was sent and not refused: then the change is made, or its outcome is unknown.</summary>
    public bool MayBeKept { get; private set; }

    /// <summary>Makes everything durable. It cannot be cancelled: once COMMIT is sent, the server decides.</summary>
    /// <exception cref="VmmException">
    /// As for any statement when the server refuses it; 35 when it is unknown whether the change is made (<see cref="MayBeKept"/>).
    /// </exception>
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
            // A deferred constraint or trigger, for example: the server answered that it has rolled back.
            MayBeKept = false;
            throw NpgsqlErrors.Translate(e, null);
        }
        catch (Exception e) when (NpgsqlErrors.IsDatabase(e))
        {
            throw NpgsqlErrors.CommitUnknown(e);
        }
    }

    /// <summary>
    /// Closes the connection. The server rolls back what was not committed in any case. ROLLBACK is sent all the same, because a
    /// pooler such as pgbouncer drops a session that is left in the middle of a transaction.
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
                // The connection is lost or silent: closing it has the same effect.
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

    /// <summary>Many statements without results. They can be interrupted until the last of them has ended.</summary>
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

    /// <summary>
    /// Opens a connection over TCP. That may take seconds and cannot be cancelled, so an interruption abandons it.
    /// </summary>
    private static NpgsqlConnection OpenRemote(NpgsqlDataSource source, DatabaseOptions options, CancellationToken ct)
    {
        var opening = Task.Run(() => Connections.Open(source, options), CancellationToken.None);
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

    /// <summary>
    /// Starts a statement. It can be cancelled only until its first row: what takes long is the wait for a lock before that.
    /// </summary>
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
