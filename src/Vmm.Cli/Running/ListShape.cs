using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.Interaction;
using Vmm.Cli.Output;

namespace Vmm.Cli.Running;

/// <summary>
/// How a list looks: a title, a line per item as text, an array as JSON. Nothing is held in memory but the current row.
/// </summary>
/// <param name="Title">What the items are.</param>
/// <param name="IsMatching">Whether only some of them are listed.</param>
/// <param name="JsonName">Key of the array.</param>
/// <param name="Line">One item for people.</param>
/// <param name="Json">One item for programs.</param>
internal sealed record ListShape<T>(
    string Title, Func<ParseResult, bool> IsMatching, string JsonName, Func<T, string> Line, Func<JsonTypeInfo<T>> Json)
{
    internal void WriteText(Terminal terminal, ParseResult parse, IEnumerable<T> items)
    {
        var title = $"{(IsMatching(parse) ? "Matching" : "Existing")} {Title}";
        var count = 0;
        foreach (var item in items)
        {
            if (count++ == 0)
            {
                terminal.Print(TextBlock.Heading(title));
            }

            terminal.Print(TextBlock.Row(Line(item)));
        }

        terminal.Print(count == 0 ? $"{TextBlock.Heading(title)}\tNone\n\n" : "\n");
    }

    internal void WriteJson(Terminal terminal, IEnumerable<T> items)
    {
        var type = Json();
        terminal.Out.Write($"{{\"schema_version\":{JsonOutput.SchemaVersion},\"{JsonName}\":[");
        var first = true;
        foreach (var item in items)
        {
            terminal.Out.Write(first ? "\n" : ",\n");
            terminal.Out.Write(JsonSerializer.Serialize(item, type));
            first = false;
        }

        terminal.Out.Write("\n],\"warnings\":[]}\n");
    }
}
