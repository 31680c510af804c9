using Vmm.Cli.Interaction;

namespace Vmm.Cli.Output;

/// <summary>The building blocks of vmm 0.7's text output, which scripts read.</summary>
internal static class TextBlock
{
    private const int LabelWidth = 17;

    /// <summary>A title underlined by dashes of its length.</summary>
    internal static string Heading(string title) => $"{title}\n{new string('-', title.Length)}\n";

    /// <summary>A tab, the label filled up with dots to 17 characters, the value.</summary>
    internal static string Field(string label, string value) => $"\t{label.PadRight(LabelWidth, '.')}: {OneLine(value)}\n";

    /// <summary>A heading and the items, or None.</summary>
    internal static string List(string title, IReadOnlyList<string> items) =>
        Heading($"Existing {title}")
        + (items.Count == 0 ? "\tNone\n" : string.Concat(items.Select(i => $"\t{OneLine(i)}\n")))
        + "\n";

    /// <summary>A remark, or nothing.</summary>
    internal static string Note(string? note) => string.IsNullOrEmpty(note) ? ""
        : $"{Heading("Note")}{string.Concat(note.ReplaceLineEndings("\n").Split('\n').Select(l => $"\t{l}\n"))}\n";

    /// <summary>A name, followed by its Unicode form if that differs.</summary>
    internal static string Domain(string ascii, string unicode) => OneLine(ascii == unicode ? ascii : $"{ascii} ({unicode})");

    /// <summary>One line of a list: what is in it may have columns, but no lines.</summary>
    internal static string Row(string line) => $"\t{string.Join('\t', line.Split('\t').Select(OneLine))}\n";

    /// <summary>A value cannot pretend to be a line of its own.</summary>
    internal static string OneLine(string value) => Terminal.Clean(value, keepLayout: false);
}
