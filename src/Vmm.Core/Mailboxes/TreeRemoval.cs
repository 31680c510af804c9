using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Removes a directory with all it holds, however deep: a subdirectory is moved up to the top before it is emptied, so that neither
/// stack nor descriptors grow with the depth, and no step leads upwards through "..". Links are removed, not followed. What is
/// mounted can be neither removed nor moved and so is never entered. As much as possible is removed; then the first failure is
/// reported.
/// </summary>
internal sealed class TreeRemoval
{
    /// <summary>
    /// The owner may be at work in the tree until their directories are taken from them, and while a directory is read some file
    /// systems pass over neighbours of what is removed. An empty tree ends it sooner.
    /// </summary>
    private const int Passes = 10;

    private const UnixFileMode Private = (UnixFileMode)0b111_000_000;

    private readonly Folder top;
    private readonly CancellationToken ct;
    private readonly Stack<string> waiting = [];
    private VmmException? failure;
    private long moved;

    private TreeRemoval(Folder top, CancellationToken ct)
    {
        this.top = top;
        this.ct = ct;
    }

    /// <summary>
    /// Removes <paramref name="name"/>, which stands in a directory that only root can change. Nothing of that name is no failure.
    /// </summary>
    /// <exception cref="VmmException">
    /// 81 for what stays; 3 when <paramref name="ct"/> was cancelled, which leaves the rest.
    /// </exception>
    internal static void Run(Folder parent, string name, CancellationToken ct)
    {
        using (var top = parent.TryOpen(name))
        {
            if (top is null)
            {
                return;
            }

            new TreeRemoval(top, ct).Empty();
        }

        if (!parent.TryRemoveDirectory(name))
        {
            throw Errors.FileSystem("remove the directory", parent.Join(name), "something is put into it again and again");
        }
    }

    private void Empty()
    {
        top.SetOwnerAndMode(0, 0, Private);
        for (var pass = 0; pass < Passes && failure is null && !IsEmptied(); pass++)
        {
            while (waiting.TryPop(out var name))
            {
                Try(() => Dissolve(name));
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Removes what can be removed at once, and collects the directories that have to be emptied.</summary>
    private bool IsEmptied()
    {
        var empty = true;
        foreach (var name in top.ReadNames())
        {
            empty = false;
            if (!IsGone(top, name))
            {
                waiting.Push(name);
            }
        }

        return empty;
    }

    /// <summary>Empties and removes a directory in the top; the directories in it come up to the top.</summary>
    private void Dissolve(string name)
    {
        using (var directory = top.TryOpen(name))
        {
            if (directory is null)
            {
                return;
            }

            directory.SetOwnerAndMode(0, 0, Private);
            foreach (var entry in directory.ReadNames())
            {
                if (!IsGone(directory, entry))
                {
                    Try(() => MoveUp(directory, entry));
                }
            }
        }

        // What is not empty here is met again in the next pass.
        top.TryRemoveDirectory(name);
    }

    private void MoveUp(Folder directory, string entry)
    {
        string name;
        do
        {
            name = (++moved).ToString();
        }
        while (top.FactsOf(name) is not null);

        if (directory.TryMove(entry, top, name))
        {
            waiting.Push(name);
        }
    }

    /// <summary>Removes a file, link or empty directory.</summary>
    /// <returns>
    /// False for a directory with something in it; true also for what cannot be removed, which is kept as the failure.
    /// </returns>
    private bool IsGone(Folder parent, string name)
    {
        if (ct.IsCancellationRequested)
        {
            throw new VmmException(ErrorCode.Interrupted, "interrupted");
        }

        try
        {
            return parent.TryUnlink(name) || parent.TryRemoveDirectory(name);
        }
        catch (VmmException e)
        {
            failure ??= e;
            return true;
        }
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (VmmException e) when (e.Code != ErrorCode.Interrupted)
        {
            failure ??= e;
        }
    }
}
