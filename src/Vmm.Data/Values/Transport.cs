using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>
/// How Postfix delivers mail, for example <c>lmtp:unix:private/dovecot-lmtp</c>; a row of table transport. vmm does not check the
/// syntax, which is Postfix's, but takes printable ASCII only: a next hop is a name of DNS, and a text of error(8) goes into SMTP.
/// </summary>
public sealed record Transport
{
    /// <summary>Longest text in characters: the column transport.transport of vmm 0.7.</summary>
    public const int MaxLength = 270;

    private Transport(string text)
    {
        Text = text;
    }

    /// <summary>As Postfix gets it. Its case is kept, because it may matter in a next hop.</summary>
    public string Text { get; }

    /// <summary>Postfix's virtual(8) writes to maildirs only (the rule of vmm 0.7).</summary>
    /// <exception cref="VmmException">70.</exception>
    public void RequireDeliverableTo(string format)
    {
        if (Text is "virtual" or "virtual:" && format != "maildir")
        {
            throw Errors.InvalidMailLocation(Text, format);
        }
    }

    /// <summary>Reads a transport.</summary>
    /// <exception cref="VmmException">44 empty, too long, or not printable ASCII.</exception>
    public static Transport Parse(string text) =>
        text.Length == 0
            ? throw Errors.InvalidArgument("the transport is empty", "A transport looks like 'lmtp:unix:private/dovecot-lmtp'.")
        : text.Length > MaxLength
            ? throw Errors.InvalidArgument($"the transport '{text[..20]}...' is longer than {MaxLength} characters")
        : text == "domain"
            ? throw Errors.InvalidArgument(
                "'domain' is not a transport",
                "For accounts, 'vmm usertransport ADDRESS domain' goes back to the domain's transport.")
        : text.Any(char.IsControl) ? throw Errors.InvalidArgument($"the transport '{text}' has control characters")
        : !Ascii.IsValid(text)
            ? throw Errors.InvalidArgument($"the transport '{text}' has characters that are not ASCII", InAscii(text))
        : new Transport(text);

    /// <summary>What to write instead of a text that is not ASCII: a sentence.</summary>
    internal static string InAscii(string text)
    {
        var words = text.Split(':', '[', ']').Where(w => !Ascii.IsValid(w)).ToList();
        var names = words.Select(Idn.ToAscii).ToList();
        return names.TrueForAll(n => n is not null)
            ? $"Write '{words.Zip(names).Aggregate(text, (t, w) => t.Replace(w.First, w.Second, StringComparison.Ordinal))}'."
            : "Postfix sends such a text, or such a name, in ASCII only.";
    }
}
