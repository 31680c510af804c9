using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data;
using Vmm.Data.Sql;
using Vmm.Data.Values;




namespace Vmm.Core;

/// <summary>
/// What one command works with. <see cref="Read"/>, <see cref="Change"/> and <see cref="Try"/> are the only ways in, and the only place where the order
/// of effects is written: begin, act, make durable, commit, deferred removals; or undo.
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

    /// <summary>What went well but should be known: lower case, no final stop.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>What other programs were told after the change, as one would type it.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>The transaction.</summary>
    internal Transaction Tx { get; }

    /// <summary>Stands before warnings: the line that is at work, where there are many.</summary>
    internal string WarningPrefix { get; set; } = "";

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

    /// <summary>Runs look-ups in one read-only snapshot.</summary>
    public static T Read<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>Looks at a database whose layout may be an older one.</summary>
    internal static T Look<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Transaction.Begin(settings.Database, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>Changes the layout of a database, or with <paramref name="keep"/> false only tries it. One statement may ask a million addresses, and take hours for that.</summary>
    internal static T Rebuild<T>(Settings settings, bool keep, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Transaction.Begin(settings.Database with { StatementSeconds = RebuildSeconds }, readOnly: false, ct);
        var result = act(new Session(tx, settings, ct));
        ct.ThrowIfCancellationRequested();
        if (keep)
        {
            tx.Commit();
        }

        return result;
    }

    /// <summary>Look-ups for somebody who is typing: a database that does not answer within <paramref name="seconds"/> is given up.</summary>
    internal static T Glance<T>(Settings settings, int seconds, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database with { ConnectSeconds = seconds, StatementSeconds = seconds }, readOnly: true, ct);
        return act(new Session(tx, settings, ct));
    }

    /// <summary>What is done when the change is kept, after everything else: for what needs the committed rows. Its failures are warnings.</summary>
    internal void AfterCommit(Action work) => afterwards.Add(work);

    /// <summary>
    /// Runs a change: all of it or nothing. What <paramref name="act"/> made on disk is undone when it fails, or the server refuses the commit. When the
    /// outcome of COMMIT is unknown nothing is undone: a directory without a row is harmless, a row without its directory is not.
    /// </summary>
    public static T Change<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database, readOnly: false, ct);
        var session = new Session(tx, settings, ct);
        try
        {
            var result = act(session);
            session.Mailboxes.Sync();
            ct.ThrowIfCancellationRequested();
            tx.Commit();
            session.Mailboxes.Finish(ct);
            foreach (var work in session.afterwards)
            {
                work();
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

    /// <summary>Runs a change up to the commit, looks at what it did, and takes all of it back. Only the numbers of new objects are used up.</summary>
    public static (T Result, Effects Effects) Try<T>(Settings settings, Func<Session, T> act, CancellationToken ct)
    {
        using var tx = Begin(settings.Database, readOnly: false, ct);
        var session = new Session(tx, settings, ct);
        try
        {
            var result = act(session);
            return (result, Effects.Of(session));
        }
        finally
        {
            session.Mailboxes.Undo();
            session.Mailboxes.Close();
        }
    }

    /// <summary>A transaction on a database with the schema that this vmm knows.</summary>
    private static Transaction Begin(DatabaseOptions options, bool readOnly, CancellationToken ct)
    {
        var tx = Transaction.Begin(options, readOnly, ct);
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
