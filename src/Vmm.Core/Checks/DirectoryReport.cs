using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>What one look at the directories has found so far, and where it could not look.</summary>
internal sealed class DirectoryReport
{
    private readonly List<Finding> findings = [];
    private readonly List<string> hidden = [];

    /// <summary>All findings by path.</summary>
    internal IReadOnlyList<Finding> Ordered() => [.. findings.OrderBy(f => f.Subject, StringComparer.Ordinal)];

    /// <summary>
    /// <paramref name="domain"/> is the primary name of the domain that it is about, null where it is about none.
    /// </summary>
    internal void Add(Finding finding, string? domain) => findings.Add(finding with { Domain = domain });

    /// <summary>Whether a directory is below one that could not be looked into: then it may well exist.</summary>
    internal bool IsHidden(string path) => hidden.Any(h => path == h || path.StartsWith(h + "/", StringComparison.Ordinal));

    /// <summary>Nothing is said of what is below it.</summary>
    internal void Hide(string path) => hidden.Add(path);

    /// <summary>Looks into a directory; an unsafe or unreadable one is a finding, and hides what is below it.</summary>
    internal void Guard(string path, string? domain, Action look)
    {
        try
        {
            look();
        }
        catch (VmmException e) when (e.Code is ErrorCode.UnsafePath or ErrorCode.FileSystem)
        {
            hidden.Add(path);
            Add(e.Code == ErrorCode.UnsafePath ? Findings.UnsafePath(path, e) : Findings.UnreadableDirectory(path, e), domain);
        }
    }
}
