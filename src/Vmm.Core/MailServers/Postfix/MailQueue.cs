using System.Text.Json;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>A recipient for whom a message waits in the queue.</summary>
/// <param name="Address">As the message has it, after aliases.</param>
/// <param name="Reason">Why it was not delivered so far; left out before the first attempt.</param>
public sealed record WaitingRecipient(string Address, string? Reason);

/// <summary>A message in Postfix's queue.</summary>
/// <param name="Id">Its queue ID, which is in every line of the log about it.</param>
/// <param name="Queue">incoming, active, deferred, hold, maildrop or corrupt.</param>
/// <param name="Arrived">When it arrived.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sender">Envelope sender; empty for a bounce.</param>
/// <param name="Recipients">Those that the question is about.</param>
public sealed record QueuedMessage(
    string Id, string Queue, DateTimeOffset Arrived, long Bytes, string Sender, IReadOnlyList<WaitingRecipient> Recipients);

/// <summary>What waits in Postfix's queue, as postqueue(1) lists it.</summary>
internal static class MailQueue
{
    /// <summary>The messages to or from any of these addresses, the oldest first.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static List<QueuedMessage> About(Settings settings, IReadOnlyCollection<string> addresses, CancellationToken ct)
    {
        // Postfix installs it in the directory of postconf.
        var postqueue = Path.Combine(Path.GetDirectoryName(settings.Value(SettingOptions.BinPostconf)) ?? "/", "postqueue");
        var wanted = addresses.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var lines = ChildProgram.Run(postqueue, ["-j"], ct).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines.Select(l => Read(l, wanted))
                .Where(m => m.Recipients.Count > 0 || wanted.Contains(m.Sender))
                .OrderBy(m => m.Arrived),
        ];
    }

    private static QueuedMessage Read(string line, HashSet<string> wanted)
    {
        using var document = JsonDocument.Parse(line);
        var message = document.RootElement;
        var recipients = message.GetProperty("recipients").EnumerateArray()
            .Select(r => new WaitingRecipient(
                r.GetProperty("address").GetString()!,
                r.TryGetProperty("delay_reason", out var reason) ? reason.GetString() : null))
            .ToList();
        var sender = message.GetProperty("sender").GetString()!;
        return new QueuedMessage(
            message.GetProperty("queue_id").GetString()!,
            message.GetProperty("queue_name").GetString()!,
            DateTimeOffset.FromUnixTimeSeconds(message.GetProperty("arrival_time").GetInt64()),
            message.GetProperty("message_size").GetInt64(),
            sender == "MAILER-DAEMON" ? "" : sender,
            wanted.Contains(sender) ? recipients : [.. recipients.Where(r => wanted.Contains(r.Address))]);
    }
}
