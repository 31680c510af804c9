using Vmm.Data.Values;




namespace Vmm.Data.Rows;

/// <summary>An address as Postfix looks it up: cut at its last @, any characters, also such that vmm would not let in.</summary>
/// <param name="LocalPart">As it was written; maps are asked without regard to case.</param>
/// <param name="Domain">In lower case. Empty where the text is no address, which nothing is asked about.</param>
internal sealed record TraceKey(string LocalPart, string Domain)
{
    private static readonly string[] NeverCut = ["postmaster", "mailer-daemon", "double-bounce"];

    /// <summary>The address.</summary>
    internal string Text => Domain.Length == 0 ? LocalPart : $"{LocalPart}@{Domain}";

    /// <summary>The key of maps: two that differ in case only are the same address to Postfix.</summary>
    internal string Folded => Text.ToLowerInvariant();

    /// <summary>Whether maps can be asked about it.</summary>
    internal bool IsAddress => Domain.Length > 0;

    /// <summary>Reads what stands in a map, or on a command line.</summary>
    internal static TraceKey Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return at <= 0 || at == text.Length - 1 || text.Any(char.IsControl) ? new TraceKey(text, "") : new TraceKey(text[..at], text[(at + 1)..].ToLowerInvariant());
    }

    /// <summary>The address without what follows one of <paramref name="delimiters"/>, and that with its delimiter; null where nothing is to be cut off.</summary>
    internal (TraceKey Address, string Extension)? WithoutExtension(string delimiters)
    {
        var at = LocalPart.AsSpan().IndexOfAny(delimiters);
        return at <= 0 || NeverCut.Contains(LocalPart, StringComparer.OrdinalIgnoreCase) || (delimiters.Contains('-', StringComparison.Ordinal) && IsListName)
            ? null
            : (this with { LocalPart = LocalPart[..at] }, LocalPart[at..]);
    }

    /// <summary>owner-list and list-request are names of their own (owner_request_special).</summary>
    private bool IsListName =>
        LocalPart.StartsWith("owner-", StringComparison.OrdinalIgnoreCase)
        || (LocalPart.Length > "-request".Length && LocalPart.EndsWith("-request", StringComparison.OrdinalIgnoreCase));
}

/// <summary>One row that a map answers with.</summary>
internal sealed record MapAnswer(string Key, string Value);

/// <summary>A domain that is ours, under one of its names.</summary>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Primary">Its primary name.</param>
/// <param name="IsPrimary">Whether both are the same.</param>
/// <param name="HasCatchAll">Whether somebody gets what is for nobody.</param>
internal sealed record TracedDomain(string Name, string Primary, bool IsPrimary, bool HasCatchAll);

/// <summary>The account that gets mail, as Dovecot gets to know it.</summary>
public sealed record TraceAccount
{
    /// <summary>The address that it was found under.</summary>
    public required string Address { get; init; }

    /// <summary>User id, from 70000 up.</summary>
    public required long Uid { get; init; }

    /// <summary>Group id, its domain's.</summary>
    public required long Gid { get; init; }

    /// <summary>Absolute path.</summary>
    public required string Home { get; init; }

    /// <summary>For example <c>maildir:~/Maildir</c>.</summary>
    public required string MailLocation { get; init; }

    /// <summary>Absolute path of the mailbox root.</summary>
    public required string MailDirectory { get; init; }

    /// <summary>Octets, 0 for unlimited.</summary>
    public required long QuotaBytes { get; init; }

    /// <summary>Messages, 0 for unlimited.</summary>
    public required int QuotaMessages { get; init; }

    /// <summary>Octets in use, as Dovecot counted; may be negative for a moment.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Messages in use, as Dovecot counted.</summary>
    public required int UsedMessages { get; init; }

    /// <summary>Services in force.</summary>
    public required ServiceSet Services { get; init; }

    /// <summary>The account's own transport, or else its domain's. What mail takes is told by its delivery.</summary>
    public required string Transport { get; init; }

    /// <summary>Whether the transport is the domain's.</summary>
    public required bool TransportInherited { get; init; }
}
