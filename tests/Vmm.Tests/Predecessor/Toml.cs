namespace Vmm.Tests.Predecessor;

/// <summary>Options of 0.7's configuration as this vmm's.</summary>
internal static class Toml
{
    public static string From(IReadOnlyDictionary<string, string> options, string baseDirectory)
    {
        var all = options.Append(new("misc.base_directory", baseDirectory));
        var sections = all.GroupBy(o => o.Key.Split('.')[0], o => $"{o.Key.Split('.')[1]} = {Value(o.Key, o.Value)}\n");
        return string.Concat(sections.Select(s => $"[{s.Key}]\n{string.Concat(s)}"));
    }

    private static string Value(string name, string value) =>
        name switch
        {
            "mailbox.folders" =>
                $"[{string.Join(", ", value.Split(':').Select(f => f.Trim()).Where(f => f.Length > 0).Select(f => $"\"{f}\""))}]",
            _ when value is "true" or "false" || long.TryParse(value, out _) => value,
            _ => $"\"{value}\"",
        };
}
