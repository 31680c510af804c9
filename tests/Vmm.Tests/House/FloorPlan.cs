using System.Text.RegularExpressions;

namespace Vmm.Tests.House;

/// <summary>Which room of src names which: by its usings, and by the types of the rooms around it, which need no using.</summary>
internal sealed partial class FloorPlan
{
    private readonly SortedDictionary<string, SortedSet<string>> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> floors = [];

    private FloorPlan(IReadOnlyCollection<(string Path, string Text)> files)
    {
        var types = files
            .ToLookup(f => Room(f.Text), f => Declared(f.Text))
            .ToDictionary(g => g.Key, g => g.SelectMany(t => t).ToHashSet());
        foreach (var (_, text) in files)
        {
            var room = Room(text);
            if (!names.TryGetValue(room, out var named))
            {
                names[room] = named = new SortedSet<string>(StringComparer.Ordinal);
            }

            var code = Comment().Replace(text, "");
            named.UnionWith(Using().Matches(code).Select(m => m.Groups[1].Value).Where(types.ContainsKey));
            var words = Word().Matches(code).Select(m => m.Value).ToHashSet();
            named.UnionWith(
                types
                    .Where(t => room.StartsWith(t.Key + ".", StringComparison.Ordinal) && t.Value.Overlaps(words))
                    .Select(t => t.Key)
            );
            // A type may also be named with a part of its namespace before it.
            named.UnionWith(types.Where(t => Qualified(code, t.Key, t.Value)).Select(t => t.Key));
            named.Remove(room);
        }

        foreach (var room in names.Keys)
        {
            Floor(room, []);
        }
    }

    /// <summary>Rooms that lean on each other, as a way that comes back to where it begins.</summary>
    public List<string> Circles { get; } = [];

    /// <summary>
    /// The rooms, the highest first, each with those that it names; without what every room of its layer may name.
    /// </summary>
    public string Drawing => string.Concat(names.Keys.GroupBy(Project).OrderByDescending(p => p.Max(r => floors[r])).Select(Draw));

    public static FloorPlan Of(IEnumerable<(string Path, string Text)> files) =>
        new([.. files.Where(f => Namespace().IsMatch(f.Text))]);

    private string Draw(IGrouping<string, string> project) =>
        $"{project.Key}\n"
        + string.Concat(
            project
                .OrderByDescending(r => floors[r])
                .ThenBy(r => r, StringComparer.Ordinal)
                .Select(room =>
                    ($"  {Short(room),-22} "
                        + $"{string.Join(' ', names[room].Where(n => Project(n) == project.Key).Select(Short))}").TrimEnd()
                    + "\n"
                )
        );

    private int Floor(string room, List<string> way)
    {
        if (way.Contains(room))
        {
            Circles.Add(string.Join(" -> ", way.SkipWhile(r => r != room).Append(room)));
            return 0;
        }

        if (floors.TryGetValue(room, out var floor))
        {
            return floor;
        }

        return floors[room] = names[room].Select(n => Floor(n, [.. way, room]) + 1).DefaultIfEmpty(0).Max();
    }

    private static bool Qualified(string code, string room, HashSet<string> types) =>
        Regex
            .Matches(code, $@"(?<!using .*)\b{Regex.Escape(room.Split('.')[^1])}\.(\w+)")
            .Any(m => types.Contains(m.Groups[1].Value));

    private static string Room(string text) => Namespace().Match(text).Groups[1].Value;

    private static IEnumerable<string> Declared(string text) => Declaration().Matches(text).Select(m => m.Groups[1].Value);

    private static string Project(string room) => string.Join('.', room.Split('.').Take(2));

    private static string Short(string room) => room == Project(room) ? "(root)" : room[(Project(room).Length + 1)..];

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static |\w+ = )?(Vmm[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^(?:public |internal )(?:[a-z]+ )*(?:class|record struct|record|struct|enum|delegate [\w<>]+) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();
}
