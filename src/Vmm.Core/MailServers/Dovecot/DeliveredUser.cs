using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// Whose mailbox mail goes into that Postfix hands over. Postfix looks for the whole address first, and for it without its
/// extension only then. Dovecot cuts the extension off in any case: the mail of an account user+tag@ goes to user@.
/// </summary>
internal static class DeliveredUser
{
    /// <summary>
    /// Transports that are not Dovecot: Postfix's virtual(8) looks for the whole address, the others send the mail elsewhere.
    /// </summary>
    internal static readonly string[] Others =
        ["virtual", "smtp", "relay", "error", "retry", "discard", "local", "uucp", "bsmtp"];

    private const string Lmtp = "lmtp:";

    /// <summary>Whether a transport hands mail over to Dovecot, as lmtp: and the LDA do.</summary>
    internal static bool IsDovecot(string transport) => !Others.Contains(transport.Split(':')[0]);

    /// <summary>The user, and what is cut off; the whole address and nothing where there is no extension.</summary>
    /// <param name="address">As Postfix hands it over.</param>
    /// <param name="delimiters">
    /// recipient_delimiter, which 'vmm mailconfig' copies from Postfix to Dovecot. Dovecot's LMTP cuts at any of its characters,
    /// also at the first of the address, and knows no exceptions for owner-list and list-request.
    /// </param>
    /// <param name="transport">Other than lmtp: it is the LDA, for which pipe(8) cuts as Postfix does everywhere.</param>
    internal static (TraceKey User, string Extension) Of(TraceKey address, string delimiters, string transport)
    {
        if (!transport.StartsWith(Lmtp, StringComparison.Ordinal))
        {
            return address.WithoutExtension(delimiters) ?? (address, "");
        }

        var at = address.LocalPart.AsSpan().IndexOfAny(delimiters);
        return at < 0
            ? (address, "")
            : (address with { LocalPart = address.LocalPart[..at] }, address.LocalPart[at..]);
    }

    /// <summary>What happens to the mail of an account that has an extension: the end of a sentence about its mail.</summary>
    /// <param name="user">The address without the extension.</param>
    /// <param name="kind">What that address is; null if it does not exist.</param>
    internal static string Fate(string user, AddressKind? kind) => kind switch
    {
        AddressKind.Account => $"goes into the mailbox of '{user}'",
        AddressKind.Alias => $"goes to the alias '{user}' or bounces",
        _ => $"bounces, because there is no account '{user}'",
    };
}
