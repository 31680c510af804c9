using System.Text;

namespace Vmm.Cli.Help;

/// <summary>Help as text, 80 columns wide whatever the terminal says (some report 0).</summary>
internal static class HelpText
{
    private const int Width = 80;

    /// <summary>A wider left column gets a line of its own.</summary>
    private const int MaxColumn = 30;

    /// <summary>Everything that vmm can do, by what it is about.</summary>
    internal static string All(string description, IReadOnlyList<HelpTopic> topics)
    {
        var text = new StringBuilder();
        Wrap(text, "", description);
        Section(text, "Usage");
        text.Append("  vmm <subcommand> [arguments] [options]\n  vmm help <subcommand>\n");
        var column = topics.Max(t => Names(t).Length);
        foreach (var group in topics.GroupBy(t => t.Group))
        {
            Section(text, group.Key);
            Table(text, [.. group.Select(t => (Names(t), t.Description))], column);
        }

        Section(text, "Options of every subcommand", topics[0].CommonOptions.Select(o => (o.Label, o.Description)));
        Section(text, "Without a subcommand", [("-v, --version", "show the version")]);
        Section(text, "Example");
        text.Append("  vmm help useradd\n");
        return text.ToString();
    }

    /// <summary>One subcommand.</summary>
    internal static string One(HelpTopic topic)
    {
        var text = new StringBuilder();
        Wrap(text, "", $"{Names(topic)}: {topic.Description}");
        Section(text, "Usage");
        text.Append(string.Concat(topic.Synopsis.Select(s => $"  {s}\n")));
        if (topic.Details.Length > 0)
        {
            text.Append('\n');
            Wrap(text, "", topic.Details);
        }

        Section(text, "Arguments", topic.Arguments.Select(a => ($"<{a.Name}>", a.Description)));
        Section(text, "Options", topic.Options.Select(o => (o.Label, o.Description)));
        Section(text, "Options of every subcommand", topic.CommonOptions.Select(o => (o.Label, o.Description)));
        Section(text, "Example");
        text.Append($"  {topic.Example}\n");
        Section(text, "Exit status", topic.ExitCodes.Select(c => ($"{c.Code,3}", Plain(c.Meaning))));
        Wrap(text, "  ", $"Any subcommand may also end with {Numbers(topic.CommonExitCodes)}; vmm(1) explains them.");
        return text.ToString();
    }

    /// <summary>Numbers that follow each other as a range.</summary>
    internal static string Numbers(IReadOnlyList<int> codes)
    {
        var parts = new List<string>();
        for (var (i, first) = (0, 0); i < codes.Count; i++)
        {
            if (i + 1 < codes.Count && codes[i + 1] == codes[i] + 1)
            {
                continue;
            }

            parts.Add((i - first) switch
            {
                0 => $"{codes[i]}",
                1 => $"{codes[first]}, {codes[i]}",
                _ => $"{codes[first]} to {codes[i]}",
            });
            first = i + 1;
        }

        return parts.Count < 2 ? string.Concat(parts) : string.Join(", ", parts.SkipLast(1)) + " and " + parts[^1];
    }

    private static string Names(HelpTopic topic) => string.Join(", ", topic.Aliases.Prepend(topic.Name));

    /// <summary>Markdown's code signs are quotes on a terminal.</summary>
    private static string Plain(string text) => text.Replace('`', '\'');

    private static void Section(StringBuilder text, string title, IEnumerable<(string Left, string Right)>? rows = null)
    {
        var all = rows?.ToList();
        if (all is not { Count: 0 })
        {
            text.Append($"\n{title}:\n");
            Table(text, all ?? []);
        }
    }

    private static void Table(StringBuilder text, List<(string Left, string Right)> rows, int column = 0)
    {
        column = Math.Max(column, rows.Select(r => r.Left.Length).Where(l => l <= MaxColumn).DefaultIfEmpty(0).Max());
        foreach (var (left, right) in rows)
        {
            text.Append("  ").Append(left);
            text.Append(left.Length > column ? "\n" + new string(' ', column + 4) : new string(' ', column - left.Length + 2));
            Wrap(text, new string(' ', column + 4), right, indentFirst: false);
        }
    }

    private static void Wrap(StringBuilder text, string indent, string words, bool indentFirst = true)
    {
        var column = indent.Length;
        text.Append(indentFirst ? indent : "");
        var first = true;
        foreach (var word in words.Split(' '))
        {
            if (!first && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(indent);
                column = indent.Length;
                first = true;
            }

            text.Append(first ? "" : " ").Append(word);
            column += word.Length + (first ? 0 : 1);
            first = false;
        }

        text.Append('\n');
    }
}
