namespace Vmm;

/// <summary>
/// What one command works with. <see cref="ReadAsync"/> and <see cref="ChangeAsync"/> are the only ways in, and the only place where the order
/// of effects is written: begin, act, make durable, commit, deferred removals; or undo.
/// </summary>
public sealed class Session
{
    private readonly List<string> warnings = [];

    private Session(Transaction tx, Settings settings, CancellationToken ct)
    {
        Tx = tx;
        Settings = settings;
        Ct = ct;
    }

    /// <summary>The configuration in force.</summary>
    public Settings Settings { get; }

    /// <summary>Mail directories.</summary>
    public MailboxRoom Mailboxes { get; } = new();

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Ct { get; }

    /// <summary>What went well but should be known: lower case, no final stop.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The transaction.</summary>
    internal Transaction Tx { get; }

    /// <summary>Adds a warning.</summary>
    public void Warn(string text) => warnings.Add(text);

    /// <summary>Runs look-ups in one read-only snapshot.</summary>
    public static async Task<T> ReadAsync<T>(Settings settings, Func<Session, Task<T>> act, CancellationToken ct)
    {
        await using var tx = await Transaction.BeginAsync(settings.Database, readOnly: true, ct);
        return await act(new Session(tx, settings, ct));
    }

    /// <summary>
    /// Runs a change: all of it or nothing. What <paramref name="act"/> made on disk is undone when it fails. After COMMIT was sent nothing is
    /// undone any more, even when its outcome is unknown: a directory without a row is harmless, a row without its directory is not.
    /// </summary>
    public static async Task<T> ChangeAsync<T>(Settings settings, Func<Session, Task<T>> act, CancellationToken ct)
    {
        await using var tx = await Transaction.BeginAsync(settings.Database, readOnly: false, ct);
        var session = new Session(tx, settings, ct);
        T result;
        try
        {
            result = await act(session);
            session.Mailboxes.Sync();
            ct.ThrowIfCancellationRequested();
        }
        catch
        {
            session.Mailboxes.Undo();
            throw;
        }

        await tx.CommitAsync();
        session.Mailboxes.Finish(ct);
        return result;
    }
}
