using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>How a rename looks to people.</summary>
internal static class RenameText
{
    /// <summary>What else was changed, without being named; empty where nothing was.</summary>
    internal static string Followed(FollowedDestinations followed)
    {
        (int Count, string Of)[] all =
        [
            (followed.Aliases, "aliases"), (followed.CatchAlls, "catch-alls"), (followed.Relocated, "relocated users"),
        ];
        var parts = all.Where(n => n.Count > 0).Select(n => $"{n.Count} of {n.Of}");
        var total = all.Sum(n => n.Count);
        return (total == 0 ? "" : $"{Errors.Count(total, "destination")} changed: {string.Join(", ", parts)}\n")
            + (followed.SenderGrants is { } grants ? $"{Errors.Count(grants, "sender grant")} changed\n" : "");
    }
}
