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
    /// <summary>The old address under every name of its domain.</summary>
    internal IReadOnlyList<string> OldNames => [.. OldDomains.Select(domain => $"{Old.LocalPart}@{domain}")];

    /// <summary>A destination that leads to the old address begins with one of these.</summary>
    internal IReadOnlyList<string> Beginnings =>
        [$"{Old.LocalPart}@", .. Delimiters.Distinct().Select(delimiter => $"{Old.LocalPart}{delimiter}")];

    /// <summary>
    /// A destination that led to the old address with an extension, in its new form: with that extension, unless the new local part
    /// has a delimiter itself. Postfix would cut it off there.
    /// </summary>
    internal string WithExtension(string destination) =>
        New.LocalPart.IndexOfAny([.. Delimiters]) < 0
        && TraceKey.Parse(destination).WithoutExtension(Delimiters) is var (_, extension)
            ? $"{New.LocalPart}{extension}@{New.Domain}"
            : New.ToString();
}
