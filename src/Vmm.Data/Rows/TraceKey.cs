namespace Vmm.Data.Rows;

/// <summary>
/// An address as Postfix looks it up: split at its last @, with any characters, including those that vmm does not accept.
/// </summary>
/// <param name="LocalPart">As it was written; map lookups ignore case.</param>
/// <param name="Domain">In lower case. Empty where the text is no address; then there is no lookup.</param>
internal sealed record TraceKey(string LocalPart, string Domain)
{
    private static readonly string[] NeverCut = ["postmaster", "mailer-daemon", "double-bounce"];

    /// <summary>The address.</summary>
    internal string Text => Domain.Length == 0 ? LocalPart : $"{LocalPart}@{Domain}";

    /// <summary>The key in maps: to Postfix, two addresses that differ only in case are the same.</summary>
    internal string Folded => Text.ToLowerInvariant();

    /// <summary>Whether it can be looked up in maps.</summary>
    internal bool IsAddress => Domain.Length > 0;

    /// <summary>Reads an entry of a map, or an argument of the command line.</summary>
    internal static TraceKey Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return at <= 0 || at == text.Length - 1 || text.Any(char.IsControl)
            ? new TraceKey(text, "")
            : new TraceKey(text[..at], text[(at + 1)..].ToLowerInvariant());
    }

    /// <summary>
    /// The address without its extension, which begins with one of <paramref name="delimiters"/>, and that extension; null where
    /// there is none.
    /// </summary>
    internal (TraceKey Address, string Extension)? WithoutExtension(string delimiters)
    {
        var at = LocalPart.AsSpan().IndexOfAny(delimiters);
        return at <= 0
            || NeverCut.Contains(LocalPart, StringComparer.OrdinalIgnoreCase)
            || (delimiters.Contains('-', StringComparison.Ordinal) && IsListName)
            ? null
            : (this with { LocalPart = LocalPart[..at] }, LocalPart[at..]);
    }

    /// <summary>owner-list and list-request have no extension (owner_request_special).</summary>
    private bool IsListName =>
        LocalPart.StartsWith("owner-", StringComparison.OrdinalIgnoreCase)
        || (LocalPart.Length > "-request".Length && LocalPart.EndsWith("-request", StringComparison.OrdinalIgnoreCase));
}

/// <summary>One row that a map answers with.</summary>
internal sealed record MapAnswer(string Key, string Value);

/// <summary>A local domain, found by one of its names.</summary>
/// <param name="Name">The name that was looked up.</param>
/// <param name="Primary">Its primary name.</param>
/// <param name="IsPrimary">Whether both are the same.</param>
/// <param name="HasCatchAll">Whether mail to unknown addresses is accepted.</param>
/// <param name="Suspended">The mode of its suspension; null if it is not suspended.</param>
internal sealed record TracedDomain(string Name, string Primary, bool IsPrimary, bool HasCatchAll, string? Suspended);
