using System.Net.Sockets;
using Npgsql;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data;

/// <summary>Turns Npgsql's exceptions into errors for the user: by SQLSTATE and constraint, never by message text.</summary>
internal static class NpgsqlErrors
{
    /// <summary>SQLSTATE of an upgrade step that stops at rows which it cannot take over.</summary>
    private const string NotCarriedOver = "VM001";

    /// <summary>The first two characters of every SQLSTATE about a connection.</summary>
    private const string ConnectionClass = "08";

    /// <summary>The constraints that only a number of a sequence can violate.</summary>
    private static readonly Dictionary<string, string> Sequences = new()
    {
        ["ukey_users_uid"] = "users_uid",
        ["pkey_domain_data"] = "domain_gid",
    };

    /// <summary>Whether <see cref="Translate"/> handles this kind of exception.</summary>
    internal static bool IsDatabase(Exception e) =>
        e is NpgsqlException or TimeoutException or SocketException || IsWithoutEvents(e);

    /// <summary>
    /// The runtime's first socket needs a descriptor for its events. Without one it fails with exceptions that it shows to nobody.
    /// </summary>
    private static bool IsWithoutEvents(Exception e) =>
        e is TypeInitializationException { InnerException: { } inner }
        && inner.GetType().FullName == "System.Net.InternalException";

    internal static VmmException Translate(Exception e, DatabaseOptions? options) => e is PostgresException p
        ? Refused(p, options)
        : options is { IsLocal: true } && NoSocket(options) is { } reason
        ? Errors.Database(
            $"{options} cannot be reached: {reason}",
            "Check that PostgreSQL is running, and host and port in [database]: host is a host name, or the directory of the "
            + "server's socket, such as /run/postgresql.",
            e)
        : Errors.Database(
            $"{(options is null ? "" : $"{options} ")}{(options is null ? "connection broke" : "cannot be reached")}: {Reason(e)}",
            "Check that PostgreSQL is running, and host and port in [database] of the configuration.",
            e);

    /// <summary>Why there is no socket; null where there is one. The system's own words are misleading.</summary>
    private static string? NoSocket(DatabaseOptions options)
    {
        var socket = $"{options.Host.TrimEnd('/')}/.s.PGSQL.{options.Port}";
        return File.Exists(options.Host) ? $"'{options.Host}' is a file, not the directory of a socket"
            : !Directory.Exists(options.Host) ? $"there is no directory '{options.Host}'"
            : !File.Exists(socket) ? $"there is no socket '{socket}'"
            : null;
    }

    /// <summary>The error for a database that is not the configured one and cannot be read.</summary>
    internal static VmmException TranslateSource(Exception e, DatabaseOptions options) => Errors.Database(
        $"{options} cannot be read as '{options.User}': {(e is PostgresException p ? p.MessageText : Reason(e))}",
        "Check --source. A password comes from PGPASSWORD, from the file that PGPASSFILE names, or from ~/.pgpass.",
        e);

    /// <summary>
    /// Whether the answer to COMMIT is certain: nothing was kept. That is an ERROR. The FATAL of a terminated session is not
    /// certain, nor is what a pooler reports about a server that it lost.
    /// </summary>
    internal static bool IsRefusal(PostgresException e) => e.InvariantSeverity == "ERROR"
        && e.SqlState != PostgresErrorCodes.StatementCompletionUnknown
        && !e.SqlState.StartsWith(ConnectionClass, StringComparison.Ordinal);

    /// <summary>There was no answer to COMMIT, or the answer does not say what happened.</summary>
    internal static VmmException CommitUnknown(Exception e) => Errors.Database(
        $"did not confirm the change: {Reason(e)}",
        "The change may or may not be made. Run 'vmm check --repair': it moves mail back where the change was not made, and lists "
        + "directories that have no row. Then check the result, and run the command again if it is needed.",
        e);

    private static VmmException Refused(PostgresException p, DatabaseOptions? options) => p.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Errors.Database(
            $"{options} refused the role '{options?.User}': {p.MessageText}",
            "Check user and pass in [database], and pg_hba.conf of the server.",
            p),
        PostgresErrorCodes.InvalidCatalogName => Errors.Database(
            $"{options} does not exist", "Create it (see 'Installation' in the README), or correct name in [database].", p),
        PostgresErrorCodes.UndefinedTable when p.MessageText.Contains(SchemaVersion.Table, StringComparison.Ordinal) =>
            SchemaVersion.Unknown(null),
        NotCarriedOver => new VmmException(ErrorCode.NotCarriedOver, p.MessageText, p.Hint, p),
        PostgresErrorCodes.UniqueViolation when Sequences.TryGetValue(p.ConstraintName ?? "", out var sequence) => Errors.Database(
            $"has a sequence that is behind its table: the next number of {sequence} is in use, perhaps after a restore",
            "Nothing was changed. 'vmm check' prints the command that sets the sequence.",
            p),
        PostgresErrorCodes.UniqueViolation => new VmmException(
            ErrorCode.AccountExists,
            $"another program added the same object at the same time ({p.ConstraintName})",
            "Run the command again.",
            p)
        { IsConflict = true },
        PostgresErrorCodes.LockNotAvailable => Errors.Database(
            "is busy: another program has held a lock for more than 30 seconds", "Look for it in pg_stat_activity.", p),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => Errors.Database(
            "rolled the change back because another program changed the same rows (deadlock)",
            "Nothing was changed. Run the command again.",
            p),
        PostgresErrorCodes.ReadOnlySqlTransaction => Errors.Database(
            "is read-only, so nothing was changed",
            "It is a standby (SELECT pg_is_in_recovery()), or default_transaction_read_only is on for it, its role or its server.",
            p),
        PostgresErrorCodes.InsufficientPrivilege => Errors.Database(
            $"refused: {p.MessageText}", "The role in [database] must own the tables.", p),
        _ => Errors.Database($"refused a statement: {p.MessageText} ({p.SqlState})", null, p),
    };

    /// <summary>The innermost message, which is the one that says what happened ("Connection refused").</summary>
    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        var text = e.Message.ReplaceLineEndings(" ").TrimEnd('.');
        if (text.EndsWith(" EMFILE", StringComparison.Ordinal))
        {
            return "too many open files";
        }

        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
