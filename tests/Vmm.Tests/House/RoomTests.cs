using System.Text.RegularExpressions;

namespace Vmm.Tests.House;

/// <summary>A folder is a namespace is a room; rooms lean downwards only; the page about it is right.</summary>
public static partial class RoomTests
{
    private const string Page = "docs/layout.md";
    private const string Begin = "<!-- floor plan: written by the house test, VMM_UPDATE_GOLDEN=1 -->\n\n";
    private const string End = "\n<!-- end of the floor plan -->";

    [Fact]
    public static void a_folder_is_a_namespace() => Assert.All(
        Source.Code.Where(f => f.Lines.Any(l => l.StartsWith("namespace ", StringComparison.Ordinal))),
        f => Assert.Contains($"namespace {Path.GetDirectoryName(f.Path)!["src/".Length..].Replace('/', '.')};", f.Lines));

    [Fact]
    public static void no_rooms_lean_on_each_other() => Assert.Empty(Plan().Circles);

    [Fact]
    public static void a_circle_is_seen()
    {
        var plan = FloorPlan.Of(
        [
            ("a", "using Vmm.Two;\nnamespace Vmm.One;\npublic class First { }\n"),
            ("b", "namespace Vmm.Two;\npublic class Second { One.First? first; }\n"),
        ]);
        Assert.Equal(["Vmm.One -> Vmm.Two -> Vmm.One"], plan.Circles);
    }

    [Fact]
    public static void the_floor_plan_of_the_page_is_that_of_the_code()
    {
        var drawing = Plan().Drawing;
        TestContext.Current.TestOutputHelper?.WriteLine(drawing);
        var page = File.ReadAllText(Repository.PathOf(Page));
        var (from, to) = (
            page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            page.IndexOf(End, StringComparison.Ordinal)
        );
        var wanted = string.Concat(drawing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"    {l}\n"));
        if (Environment.GetEnvironmentVariable("VMM_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Repository.PathOf(Page), page[..from] + wanted + page[to..]);
            return;
        }

        Assert.Equal(wanted, page[from..to]);
    }

    /// <summary>What stands in backquotes with a slash or an ending is a path: of the repository, or below src.</summary>
    [Fact]
    public static void every_path_of_the_page_is_there()
    {
        var paths = Backquoted()
            .Matches(File.ReadAllText(Repository.PathOf(Page)))
            .Select(m => m.Groups[1].Value)
            .Where(p => PathLike().IsMatch(p))
            .Distinct()
            .ToList();
        Assert.True(paths.Count > 40, "the page names few paths");
        Assert.All(paths, p =>
            Assert.True(
                new[] { p, "src/" + p, "src/Vmm." + p }.Any(c => Path.Exists(Repository.PathOf(c))),
                $"{Page} names {p}, which is not there"
            )
        );
    }

    [Fact]
    public static void each_walk_goes_one_way()
    {
        var walks = File.ReadAllText(Repository.PathOf(Page))
            .Split("\n## ")
            .Where(s => s.StartsWith("The walk of ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(6, walks.Count);
        foreach (var walk in walks)
        {
            var files = Backquoted()
                .Matches(walk)
                .Select(m => m.Groups[1].Value)
                .Where(p => p.EndsWith(".cs", StringComparison.Ordinal))
                .ToList();
            Assert.True(files.Count > 4, walk);
            Assert.Equal(files.Distinct(), files);
        }
    }

    private static FloorPlan Plan() => FloorPlan.Of(Source.Code.Select(f => (f.Path, string.Join('\n', f.Lines))));

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Backquoted();

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)+/?$|^[\w.-]+\.(cs|sh|md|pgsql|sln|props|csproj)$")]
    private static partial Regex PathLike();
}
