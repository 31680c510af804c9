using System.Net.Sockets;
using Npgsql;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data;

/// <summary>From what Npgsql throws to errors for the user: by SQLSTATE and constraint, never by message text.</summary>
internal static class NpgsqlErrors
{
    /// <summary>SQLSTATE of an upgrade step that stops at rows which it cannot carry over.</summary>
    private const string NotCarriedOver = "VM001";

    /// <summary>Begins every SQLSTATE about a connection.</summary>
    private const string ConnectionClass = "08";

    /// <summary>Whether <see cref="Translate"/> knows the exception's family.</summary>
    internal static bool IsDatabase(Exception e) => e is NpgsqlException or TimeoutException or SocketException;

    internal static VmmException Translate(Exception e, DatabaseOptions? options) => e is PostgresException p
        ? Refused(p, options)
        : Errors.Database(
            $"{(options is null ? "" : $"{options} ")}{(options is null ? "connection broke" : "cannot be reached")}: {Reason(e)}",
            "Is PostgreSQL running, and are host and port in [database] of the configuration right?",
            e);

    /// <summary>A database that is not named in the configuration cannot be read.</summary>
    internal static VmmException OfOther(Exception e, DatabaseOptions options) => Errors.Database(
        $"{options} cannot be read as '{options.User}': {(e is PostgresException p ? p.MessageText : Reason(e))}",
        "Check --source. A password comes from PGPASSWORD, from the file that PGPASSFILE names, or from ~/.pgpass.",
        e);

    /// <summary>
    /// Whether the answer to COMMIT says for certain that nothing was kept: an ERROR, not the FATAL of a session that was ended, nor what a pooler says of a
    /// server that it lost.
    /// </summary>
    internal static bool IsRefusal(PostgresException e) => e.InvariantSeverity == "ERROR"
        && e.SqlState != PostgresErrorCodes.StatementCompletionUnknown
        && !e.SqlState.StartsWith(ConnectionClass, StringComparison.Ordinal);

    /// <summary>The answer to COMMIT did not come, or does not tell the outcome.</summary>
    internal static VmmException CommitUnknown(Exception e) => Errors.Database(
        $"did not confirm the change: {Reason(e)}",
        "It may have been made or not. Run 'vmm check --repair': it brings moved mail back where the change was not made, and lists directories that have no row. Then look, and run the command again.",
        e);

    private static VmmException Refused(PostgresException p, DatabaseOptions? options) => p.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Errors.Database(
            $"{options} refused the role '{options?.User}': {p.MessageText}", "Check user and pass in [database], and pg_hba.conf of the server.", p),
        PostgresErrorCodes.InvalidCatalogName => Errors.Database(
            $"{options} does not exist", "Create it (see 'Installation' in the README), or correct name in [database].", p),
        PostgresErrorCodes.UndefinedTable when p.MessageText.Contains(SchemaVersion.Table, StringComparison.Ordinal) =>
            SchemaVersion.Unknown(null),
        NotCarriedOver => new VmmException(ErrorCode.NotCarriedOver, p.MessageText, p.Hint, p),
        PostgresErrorCodes.UniqueViolation => new VmmException(
            ErrorCode.AccountExists, $"somebody else added the same thing at the same moment ({p.ConstraintName})", "Run the command again.", p)
        { IsConflict = true },
        PostgresErrorCodes.LockNotAvailable => Errors.Database(
            "is busy: another program holds a lock for more than 30 seconds", "Look for it in pg_stat_activity.", p),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => Errors.Database(
            "gave the way to another program that changed the same things at the same moment", "Nothing was changed. Run the command again.", p),
        PostgresErrorCodes.InsufficientPrivilege => Errors.Database(
            $"refused: {p.MessageText}", "The role in [database] must own the tables.", p),
        _ => Errors.Database($"refused a statement: {p.MessageText} ({p.SqlState})", null, p),
    };

    /// <summary>The innermost message is the one that says what happened ("Connection refused").</summary>
    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        var text = e.Message.ReplaceLineEndings(" ").TrimEnd('.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
