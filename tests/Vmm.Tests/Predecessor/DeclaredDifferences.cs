namespace Vmm.Tests.Predecessor;

/// <summary>Every difference from 0.7 that is meant. In a pattern, <c>*</c> stands for anything.</summary>
internal static class DeclaredDifferences
{
    public static IReadOnlyList<Difference> All { get; } = [.. DifferencesInCommands.All, .. DifferencesInData.All];

    /// <summary>The lines of a command that ends with another exit code.</summary>
    public static string[] Codes(string command, int was, int now) =>
    [
        $"0.7| $ {command}: exit {was}", $"now| $ {command}: exit {now}",
        .. was == 0 ? [$"now| $ {command}: says error"] : Array.Empty<string>(),
        .. now == 0 ? [$"0.7| $ {command}: says error"] : Array.Empty<string>(),
    ];
}
