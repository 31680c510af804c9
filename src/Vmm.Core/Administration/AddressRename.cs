using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>A new address, and what becomes of destinations that lead to the old one. A pure calculation.</summary>
/// <param name="Old">Under the primary name of its domain.</param>
/// <param name="OldDomains">All names of that domain.</param>
/// <param name="New">Under the primary name of its domain.</param>
/// <param name="Delimiters">Characters that begin an extension; empty for none.</param>
internal sealed record AddressRename(
    EmailAddress Old, IReadOnlyCollection<string> OldDomains, EmailAddress New, string Delimiters)
{
    /// <summary>A destination that leads to the old address begins with one of these.</summary>
    internal IReadOnlyList<string> Beginnings =>
        [$"{Old.LocalPart}@", .. Delimiters.Distinct().Select(delimiter => $"{Old.LocalPart}{delimiter}")];

    /// <summary>Where a destination leads afterwards, with the extension that it had; null for one that leads elsewhere.</summary>
    internal string? Of(string destination)
    {
        var key = TraceKey.Parse(destination);
        return !OldDomains.Contains(key.Domain) ? null
            : key.LocalPart == Old.LocalPart ? New.ToString()
            : key.WithoutExtension(Delimiters) is var (shorter, extension) && shorter.LocalPart == Old.LocalPart
                ? $"{New.LocalPart}{extension}@{New.Domain}"
                : null;
    }
}
