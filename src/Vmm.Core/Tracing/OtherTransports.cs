using Vmm.Core.MailServers.Dovecot;

namespace Vmm.Core.Tracing;

/// <summary>
/// Transports that put mail into no mailbox. virtual: is none of them, and what vmm does not know is a program like Dovecot's LDA.
/// </summary>
internal static class OtherTransports
{
    private const string ErrorTransport = "error";
    private const string RetryTransport = "retry";

    /// <summary>What Postfix answers to mail with the transport error:, or null for another transport.</summary>
    internal static string? Error(string? transport) =>
        transport?.Split(':') is [ErrorTransport, ..] ? Text(transport) : null;

    /// <summary>What Postfix answers at RCPT to mail with the transport retry:, or null for another transport.</summary>
    internal static string? Retry(string? transport) =>
        transport?.Split(':') is [RetryTransport, ..] ? Text(transport) : null;

    /// <summary>What happens to mail, or null where it is delivered to a mailbox or Postfix answers with an error.</summary>
    internal static (string Outcome, string Text)? End(string transport) => transport.Split(':')[0] switch
    {
        "virtual" or ErrorTransport => null,
        "discard" => ("discarded", "Postfix discards it"),
        RetryTransport => ("bounced", $"it waits in the queue and bounces after some days: {Text(transport)}"),
        "local" => ("elsewhere", "Postfix delivers it as local mail"),
        var name when DeliveredUser.Others.Contains(name) => ("elsewhere", $"it leaves this server by {transport}"),
        _ => null,
    };

    /// <summary>What follows the name.</summary>
    private static string Text(string transport)
    {
        var text = transport[(transport.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return text.Length > 0 ? text : "mail is not deliverable";
    }
}
