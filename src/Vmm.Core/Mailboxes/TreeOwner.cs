using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Gives a tree to another owner. Only what belongs to the old one is given: who could put a link to a foreign file into it would
/// else be given that file. A message that was delivered to several accounts may be one file with several names; the account that
/// comes second gets a copy.
/// </summary>
/// <param name="from">Old uid and gid.</param>
/// <param name="to">New uid and gid.</param>
/// <param name="isOurs">
/// Whether a uid is that of an account which is given its mail in the same run; null to leave what belongs to others, and what is
/// too deep to have been given, without a word.
/// </param>
internal sealed class TreeOwner((long Uid, long Gid) from, (long Uid, long Gid) to, Func<long, bool>? isOurs)
{
    /// <summary>No mailbox is deeper; each level keeps a directory open.</summary>
    internal const int MaxDepth = 100;

    /// <summary>Everything in the directory, not the directory itself. May be done again after it was stopped.</summary>
    /// <exception cref="VmmException">81, 84.</exception>
    internal void Change(Folder directory, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            if (isOurs is null)
            {
                return;
            }

            throw Errors.UnsafePath(FileName.Show(directory.Path), $"it is deeper than {MaxDepth} directories");
        }

        if (isOurs is null)
        {
            directory.RemoveHalfCopy();
        }

        foreach (var name in directory.Names())
        {
            if (directory.FactsOf(name) is not { } facts)
            {
                continue;
            }

            if (facts.IsDirectory)
            {
                using var child = directory.TryOpen(name);
                if (child is null)
                {
                    continue;
                }

                Change(child, depth + 1);
            }

            ChangeEntry(directory, name, facts);
        }
    }

    private void ChangeEntry(Folder directory, string name, FileFacts facts)
    {
        if (facts.Uid == from.Uid && facts.Gid == from.Gid)
        {
            try
            {
                directory.SetOwner(name, facts, to.Uid, to.Gid);
            }
            catch (VmmException) when (isOurs is null && directory.FactsOf(name)?.IsSame(facts) != true)
            {
                // The user of a mailbox in use has removed or replaced it.
            }
        }
        else if ((facts.Uid == to.Uid && facts.Gid == to.Gid) || isOurs is null)
        {
            return;
        }
        else if (facts.IsFile && isOurs(facts.Uid))
        {
            directory.ReplaceByCopy(name, facts, to.Uid, to.Gid);
        }
        else
        {
            throw Errors.UnsafePath(
                FileName.Show(directory.Join(name)),
                $"it belongs to {facts.Uid}:{facts.Gid}, not to {from.Uid}:{from.Gid} as the mail around it");
        }
    }
}
