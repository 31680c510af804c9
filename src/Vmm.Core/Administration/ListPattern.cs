using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Which part of a list of addresses is wanted.</summary>
/// <param name="Pattern">What must match.</param>
/// <param name="After">
/// Start after this address, in the order of the list; it need not exist, but its domain must. Null starts at the beginning.
/// </param>
/// <param name="Limit">At most this many items; null for all.</param>
public sealed record AddressListPage(AddressPattern Pattern, EmailAddress? After = null, long? Limit = null)
{
    /// <summary>Of accounts: whether each item has <see cref="AddressListItem.Details"/>.</summary>
    public bool IsLong { get; init; }

    /// <summary>Of accounts: only those that use this many percent of a quota, or more; null for all.</summary>
    public long? OverQuota { get; init; }
}

/// <summary>Which part of the list of domains is wanted.</summary>
/// <param name="Like">From <see cref="ListPattern.Domain"/>.</param>
/// <param name="After">Start after this name, in the order of the list. Null starts at the beginning.</param>
/// <param name="Limit">At most this many items; null for all.</param>
public sealed record DomainListPage(string? Like, DomainName? After = null, long? Limit = null);

/// <summary>
/// Patterns of the list commands, as vmm 0.7 takes them: <c>%</c> at the beginning or end of a part, or at both, matches anything;
/// without <c>@</c> the pattern is for the domain; an empty part matches all. Unlike in 0.7, <c>_</c> matches only itself, and
/// U-labels are accepted.
/// </summary>
public static class ListPattern
{
    private const string LocalPartSymbols = "!#$%&'*+-/=?^_`{|}~,.";

    /// <summary>LIKE pattern for a domain name, or null for everything.</summary>
    /// <exception cref="VmmException">39.</exception>
    public static string? Domain(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return null;
        }

        var core = pattern.Trim('%').ToLowerInvariant();
        if (core.Length > 0 && core.Any(c => c > '~') && DomainName.Refer(core) is { Problem: null } name)
        {
            core = name.Ascii;
        }

        return core.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.' or '_'))
            ? throw Errors.PatternInvalid(pattern, localPart: false)
            : Like(pattern, core);
    }

    /// <summary>LIKE patterns for addresses.</summary>
    /// <exception cref="VmmException">39, 43, 47.</exception>
    public static AddressPattern Address(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return new AddressPattern(null, null);
        }

        var at = pattern.IndexOf('@', StringComparison.Ordinal);
        if (at != pattern.LastIndexOf('@'))
        {
            throw Errors.InvalidAddress(pattern);
        }

        return at < 0
            ? new AddressPattern(null, Domain(pattern))
            : new AddressPattern(LocalPart(pattern[..at]), Domain(pattern[(at + 1)..]));
    }

    private static string? LocalPart(string pattern)
    {
        var core = pattern.Trim('%').ToLowerInvariant();
        return core.Any(c => !char.IsAsciiLetterOrDigit(c) && !LocalPartSymbols.Contains(c, StringComparison.Ordinal))
            ? throw Errors.PatternInvalid(pattern, localPart: true)
            : Like(pattern, core);
    }

    private static string? Like(string pattern, string core)
    {
        var escaped = core.Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal);
        return core.Length == 0 ? null : $"{(pattern[0] == '%' ? "%" : "")}{escaped}{(pattern[^1] == '%' ? "%" : "")}";
    }
}
