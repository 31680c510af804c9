using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;

namespace Vmm.Core.Administration;

/// <summary>
/// Mail that is in Postfix's queue when an account gets another address. Aliases were looked up when it came: it is delivered to
/// the old address, which Dovecot does not know any more, and would bounce.
/// </summary>
internal static class QueuedMail
{
    /// <summary>A command line is to stay readable.</summary>
    private const int MostNamed = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>After the commit: says how that mail is delivered all the same.</summary>
    internal static void WarnOf(Session s, AddressRename rename, OldName left) => s.AfterCommit(() =>
    {
        using var limit = new CancellationTokenSource(Patience);
        var names = rename.OldNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Where there is no Postfix, nothing waits.
        var waiting = (MailServerFaults.Try(() => MailQueue.About(s.Settings, rename.OldNames, limit.Token), _ => { }) ?? [])
            .Where(m => m.Recipients.Any(r => names.Contains(r.Address)))
            .Select(m => m.Id)
            .ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        var command = waiting.Count > MostNamed ? "ALL" : string.Join(" -r ", waiting);
        s.Warn($"{Errors.Count(waiting.Count, "message")} to '{rename.Old}' in Postfix's queue would bounce; "
            + (left == OldName.Alias
                ? $"this has the new address looked up: postsuper -r {command}"
                : $"to deliver them, make '{rename.Old}' an alias of '{rename.New}', then: postsuper -r {command}"));
    });
}
