namespace Vmm.Tests.House;

/// <summary>The sources as text, for the rules that hold over all of them.</summary>
internal static class Source
{
    public static IReadOnlyList<(string Path, string[] Lines)> Code { get; } = [.. Files("src", "*.cs")];

    public static IEnumerable<(string Path, string[] Lines)> Files(string folder, string pattern) =>
        Repository.Sources(folder, pattern).Select(f => (Path.GetRelativePath(Repository.Root, f), File.ReadAllLines(f)));

    /// <summary>Every place where the text stands, as file:line; comments do not count.</summary>
    public static IEnumerable<string> Places(string text, string folder = "src/") =>
        from file in Code
        where file.Path.StartsWith(folder, StringComparison.Ordinal)
        from line in file.Lines.Select((t, i) => (Text: t, Number: i + 1))
        where
            !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Text.Contains(text, StringComparison.Ordinal)
        select $"{file.Path}:{line.Number}";

    public static IEnumerable<string> FilesWith(string text, string folder = "src/") =>
        Places(text, folder).Select(p => p.Split(':')[0]).Distinct();

    /// <summary>The line up to a comment.</summary>
    public static string WithoutComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? "" : line;
}
