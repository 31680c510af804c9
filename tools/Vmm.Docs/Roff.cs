using System.Text;
using Vmm.Cli.Commands;

namespace Vmm.Docs;

/// <summary>Writes a manual page with the man macros.</summary>
internal sealed class Roff
{
    /// <summary>Of the last change that a reader would notice; a regenerated page is the same page.</summary>
    private const string Date = "2026-11-25";

    private const int Width = 79;

    private readonly StringBuilder text = new();

    internal Roff(string name, int section, string description)
    {
        text.Append(".\\\" Made by tools/Vmm.Docs from the source; do not edit.\n");
        var manual = section == 1 ? "User Commands" : "File Formats";
        text.Append($".TH {name.ToUpperInvariant()} {section} {Date} \"vmm {VersionCommand.Version}\" \"{manual}\"\n");
        text.Append(".nh\n.ad l\n");
        Heading("NAME").Raw($"{Escape(name)} \\- {Escape(description)}");
    }

    /// <summary>The page.</summary>
    public override string ToString() => text.ToString();

    internal Roff Heading(string title) => Raw($".SH {title}");

    internal Roff Subheading(string title) => Raw($".SS {Escape(title)}");

    internal Roff Paragraph(string words) => Raw(".PP").Line(words);

    /// <summary>A term with what it means.</summary>
    internal Roff Item(string term, string words) => Raw(".TP").Raw(Bold(term)).Line(words);

    /// <summary>Lines as they are.</summary>
    internal Roff Example(params string[] lines)
    {
        Raw(".PP").Raw(".RS 4").Raw(".EX");
        foreach (var line in lines)
        {
            Raw(Guard(Escape(line)));
        }

        return Raw(".EE").Raw(".RE");
    }

    /// <summary>What follows belongs to the last item.</summary>
    internal Roff Indent() => Raw(".RS");

    /// <inheritdoc cref="Indent"/>
    internal Roff Outdent() => Raw(".RE");

    /// <summary>
    /// Text in which code stands in backticks. Lines of the source are short, as a reader of its changes likes them.
    /// </summary>
    internal Roff Line(string words)
    {
        var line = new StringBuilder();
        foreach (var word in string.Concat(words.Split('`').Select((part, i) => i % 2 == 0 ? Escape(part) : Bold(part))).Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                Raw(Guard(line.ToString()));
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        return Raw(Guard(line.ToString()));
    }

    internal Roff Raw(string line)
    {
        text.Append(line).Append('\n');
        return this;
    }

    internal static string Bold(string words) => $"\\fB{Escape(words)}\\fR";

    private static string Escape(string words) => words
        .Replace("\\", "\\[rs]", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\[aq]", StringComparison.Ordinal)
        .Replace("`", "\\[ga]", StringComparison.Ordinal)
        .Replace("^", "\\[ha]", StringComparison.Ordinal)
        .Replace("~", "\\[ti]", StringComparison.Ordinal)
        .Replace("\"", "\\[dq]", StringComparison.Ordinal);

    /// <summary>A line that begins like a request is none.</summary>
    private static string Guard(string line) => line.StartsWith('.') || line.StartsWith('\'') ? "\\&" + line : line;
}
