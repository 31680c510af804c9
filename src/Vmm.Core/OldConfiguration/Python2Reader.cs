namespace Vmm.Core.OldConfiguration;

/// <summary>
/// ConfigParser of Python 2.4 to 2.7. It reads bytes: only ASCII white space is white space, and only ASCII capitals are lowered.
/// </summary>
internal sealed class Python2Reader : IniReader
{
    private static readonly char[] White = [' ', '\t', '\n', '\r', '\v', '\f'];

    protected override IEnumerable<string> Lines(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    protected override string Join(IEnumerable<string> parts) => string.Join('\n', parts);

    protected override bool Take(int number, string line)
    {
        if (line.Trim(White).Length == 0)
        {
            Note(IniKind.Blank, number);
            return true;
        }

        if (line[0] is '#' or ';' || IsRemark(line))
        {
            Note(IniKind.Comment, number, line.TrimEnd(White));
            return true;
        }

        if (White.Contains(line[0]) && Current is not null)
        {
            Current.Parts.Add(line.Trim(White));
            return true;
        }

        var close = line[0] == '[' ? line.IndexOf(']', StringComparison.Ordinal) : -1;
        if (close > 1)
        {
            NoteRest(number, line[(close + 1)..]);
            Begin(number, line[1..close]);
            return true;
        }

        return InSection ? TakeOption(number, line) : RefuseOutside(number);
    }

    private static bool IsRemark(string line) =>
        line.Length > 2
        && line[..3].Equals("rem", StringComparison.OrdinalIgnoreCase)
        && (line.Length == 3 || White.Contains(line[3]));

    private bool TakeOption(int number, string line)
    {
        var delimiter = line.IndexOfAny([':', '=']);
        if (delimiter <= 0 || White.Contains(line[0]))
        {
            return Refuse(number, "it is neither a section nor an option with a value", goOn: true);
        }

        // As in Python: white space after the delimiter is removed first, before the value is examined.
        var value = line[(delimiter + 1)..].TrimStart(White);
        var comment = value.IndexOf(';', StringComparison.Ordinal);
        if (comment >= 0 && White.Contains(value[comment > 0 ? comment - 1 : ^1]))
        {
            NoteRest(number, value[comment..]);
            value = value[..comment];
        }

        value = value.Trim(White);
        Set(number, Lower(line[..delimiter].TrimEnd(White)), value == "\"\"" ? "" : value);
        return true;
    }

    private void NoteRest(int number, string text)
    {
        if (text.Trim(White) is { Length: > 0 } rest)
        {
            Note(IniKind.Comment, number, rest);
        }
    }

    private static string Lower(string key) => string.Concat(key.Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c));
}
