using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core;

/// <summary>
/// What one command works with. <see cref="Read"/>, <see cref="Change"/> and <see cref="Try"/> start it, and are the only place
/// that decides the order of effects: begin, act, make durable, commit, deferred removals; or undo.
/// </summary>
public sealed class Session
{
    private const int RebuildSeconds = 8 * 60 * 60;
    private readonly Dictionary<Type, object> known = [];
    private readonly List<string> warnings = [];
    private readonly List<Action> afterwards = [];
    private readonly List<string> commands = [];

    private Session(Transaction tx, Settings settings, CancellationToken ct)
    {
        Tx = tx;
        Settings = settings;
        Ct = ct;
    }

    /// <summary>The configuration in force.</summary>
    public Settings Settings { get; }

    /// <summary>Mail directories.</summary>
    public MailStore Mailboxes { get; } = new();

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Ct { get; }

    /// <summary>What succeeded but the user should know: lower case, no final stop.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Commands that were run after the change to notify other programs, as you would type them.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>The transaction.</summary>
    internal Transaction Tx { get; }

    /// <summary>The beginning of each warning: where many lines are added, the current line.</summary>
    internal string WarningPrefix { get; set; } = "";

    /// <summary>Whether no other vmm adds an address until the end, so that the locks of single ones are not needed.</summary>
    internal bool HoldsAllNames { get; set; }

    /// <summary>The same of domains.</summary>
    internal bool HoldsAllDomains { get; set; }

    /// <summary>What is asked for once in a session, and then known: such as Postfix's rules.</summary>
    internal T Once<T>(Func<T> ask)
        where T : class
    {
        if (!known.TryGetValue(typeof(T), out var answer))
        {
            known[typeof(T)] = answer = ask();
        }

        return (T)answer;
    }

    /// <summary>Adds a warning.</summary>
    public void Warn(string text) => warnings.Add(WarningPrefix + text);

    /// <summary>Adds a command that was run.</summary>
    internal void Ran(string command) => commands.Add(command);

    /// <summary>Runs queries in one read-only snapshot.</summary>
    public static T Read<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>As <see cref="Read"/>, for a database that may have an older layout.</summary>
    internal static T Look<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = BeginSql.Begin(settings.Database, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>
    /// Changes the layout of a database, or with <paramref name="keep"/> false only tries it. One statement may look up a million
    /// addresses, which can take hours.
    /// </summary>
    internal static T Rebuild<T>(Settings settings, bool keep, Func<Session, T> act, CancellationToken ct)
    {
        var database = settings.Database with { StatementSeconds = RebuildSeconds, WithErrorDetail = true };
        using var tx = BeginSql.Begin(database, readOnly: false, ct);
        var result = act(new Session(tx, settings, ct));
        ct.ThrowIfCancellationRequested();
        if (keep)
        {
            tx.Commit();
        }

        return result;
    }

    /// <summary>Queries for a user who is typing: it waits at most <paramref name="seconds"/> for the database.</summary>
    internal static T Glance<T>(Settings settings, int seconds, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database with { ConnectSeconds = seconds, StatementSeconds = seconds }, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>
    /// Adds work for after the commit and everything else, because it needs the committed rows. Its failures are warnings.
    /// </summary>
    internal void AfterCommit(Action work) => afterwards.Add(work);

    /// <summary>
    /// Runs a change: all of it or nothing. What <paramref name="act"/> made on disk is undone when it fails, or when the server
    /// refuses the commit. If the outcome of COMMIT is unknown, nothing is undone: a directory without a row is harmless, a row
    /// without its directory is not.
    /// </summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="author">Who makes it, for the journal.</param>
    /// <param name="act">Makes it.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    public static T Change<T>(Settings settings, Author author, Func<Session, T> act, CancellationToken ct)
    {
        var secretDays = settings.Value(SettingOptions.JournalSecretDays);
        using var tx = Known(BeginSql.BeginChange(settings.Database, author, secretDays, ct));
        var session = new Session(tx, settings, ct);
        try
        {
            var result = act(session);
            session.Mailboxes.Sync();
            ct.ThrowIfCancellationRequested();
            tx.Commit();
            try
            {
                session.Mailboxes.Finish(ct);
            }
            finally
            {
                // The rows are changed, whatever stays on disk: Dovecot must not let a deleted account go on.
                session.afterwards.ForEach(work => work());
            }

            return result;
        }
        catch when (!tx.MayBeKept)
        {
            session.Mailboxes.Undo();
            throw;
        }
        finally
        {
            session.Mailboxes.Close();
        }
    }

    /// <summary>
    /// Runs a change up to the commit, finds out what it did, and undoes all of it. Only the ids of new objects are used up.
    /// </summary>
    public static (T Result, Effects Effects) Try<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database, readOnly: false, ct);
        var session = new Session(tx, settings, ct);
        try
        {
            var result = act(session);
            return (result, Effects.Find(session));
        }
        finally
        {
            session.Mailboxes.Undo();
            session.Mailboxes.Close();
        }
    }

    private static Transaction Begin(DatabaseOptions options, bool readOnly, CancellationToken ct) =>
        Known(BeginSql.Begin(options, readOnly, ct));

    /// <summary>Makes sure that this vmm supports the schema.</summary>
    private static Transaction Known(Transaction tx)
    {
        try
        {
            SchemaSql.RequireKnown(tx);
            return tx;
        }
        catch
        {
            tx.Dispose();
            throw;
        }
    }
}
