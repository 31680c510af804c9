namespace Vmm.Core.OldConfiguration;

/// <summary>RawConfigParser of Python 3.2 to 3.13 in its strict mode.</summary>
internal sealed class Python3Reader : IniReader
{
    private int indentation;

    protected override IEnumerable<string> Lines(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    protected override string Join(IEnumerable<string> parts) => TrimEnd(string.Join('\n', parts));

    protected override bool Take(int number, string line)
    {
        var text = TrimEnd(line);
        var indent = text.TakeWhile(IsSpace).Count();
        text = text[indent..];
        if (text.Length == 0)
        {
            Current?.Parts.Add("");
            Note(IniKind.Blank, number);
            return true;
        }

        if (text[0] is '#' or ';')
        {
            Note(IniKind.Comment, number, text);
            return true;
        }

        if (Current is not null && indent > indentation)
        {
            Current.Parts.Add(text);
            return true;
        }

        indentation = indent;
        var close = text[0] == '[' ? text.LastIndexOf(']') : -1;
        return close > 1 ? TakeSection(number, text, close) : InSection ? TakeOption(number, text) : RefuseOutside(number);
    }

    private bool TakeSection(int number, string text, int close)
    {
        if (text[(close + 1)..] is { Length: > 0 } rest)
        {
            Note(IniKind.Comment, number, rest);
        }

        return Begin(number, text[1..close])
            || Refuse(number, $"the section '{text[1..close]}' begins a second time", goOn: false);
    }

    private bool TakeOption(int number, string text)
    {
        var delimiter = text.IndexOfAny([':', '=']);
        if (delimiter <= 0)
        {
            return Refuse(number, "it is neither a section nor an option with a value", goOn: true);
        }

        var key = TrimEnd(text[..delimiter]).ToLowerInvariant();
        var before = Set(number, key, string.Concat(text[(delimiter + 1)..].SkipWhile(IsSpace)));
        return before is null
            || Refuse(number, $"the option '{key}' is set a second time, first in line {before.Line}", goOn: false);
    }

    private static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    /// <summary>To Python four ASCII separators are white space, to .NET they are not.</summary>
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';
}
