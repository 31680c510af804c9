using CsCheck;

namespace Vmm.Tests.Configuration;

/// <summary>A generated vmm.toml whose pieces are known, and with them what a change of it must look like.</summary>
internal sealed record TomlFile(IReadOnlyList<TomlFile.Piece> Pieces, string Wanted, bool EndsWithLine)
{
    /// <summary>A line, or a value over several: with a name it sets an option.</summary>
    internal sealed record Piece(string Section, string? Name, string Indent, string Before, string Value, string After)
    {
        public string Text => $"{Indent}{Before}{Value}{After}\n";
    }

    private static readonly Gen<string> Comment = Pick.From("", "# why", "# [domain]", "# imap = true", "# é \"'''", "#");

    private static readonly Gen<string> Value = Pick.From(
        "true",
        "5",
        "\"0770\"",
        "\"# no comment\"",
        "'C:\\x # y'",
        "[]",
        "[ \"A\", \"B\" ]",
        "{ a = 1, b = \"#\" }",
        "1979-05-27",
        "\"\"\"one\n#domain = 1\n[misc]\n\"\"\"",
        "[ # first\n  \"A\", # second é\n\n  # third\n  \"#B\"\n]"
    );

    public static Gen<TomlFile> Any { get; } =
        Gen.Select(
            Item("").Where(p => p.Name is null).List[0, 2],
            Pick.From((string[])[.. SettingOptions.Sections, "strange"]).SelectMany(Section).List[0, 5],
            Pick.From("\n", "\r\n"),
            Gen.Bool,
            (head, sections, end, last) =>
                new TomlFile([.. head, .. sections.DistinctBy(s => s[0].Section).SelectMany(s => s)], end, last)
        );

    /// <summary>A file without a line end has Unix's.</summary>
    private string LineEnd => Raw.Contains('\n', StringComparison.Ordinal) ? Wanted : "\n";

    private string Raw =>
        string.Concat(Pieces.Select(p => p.Text)) is var text && (EndsWithLine || text.Length == 0) ? text : text[..^1];

    public string Text => Whole(string.Concat(Pieces.Select(p => p.Text)), EndsWithLine);

    public override string ToString() => Text;

    public string With(SettingOption option, string toml)
    {
        var pieces = Pieces.ToList();
        var at = pieces.FindIndex(p => p.Section == option.Section && p.Name == option.Name);
        if (at >= 0)
        {
            var old = pieces[at];
            pieces[at] = old with { Value = toml };
            pieces.InsertRange(at, Comments(old.Value).Select(c => old with { Name = null, Before = "", Value = c, After = "" }));
            return Whole(string.Concat(pieces.Select(p => p.Text)), EndsWithLine);
        }

        var added = new Piece(option.Section, option.Name, "", $"{option.Name} = ", toml, "");
        if (pieces.FindIndex(p => p.Section == option.Section) < 0)
        {
            var gap = pieces.Count == 0 || Text.Length == 0 ? "" : "\n";
            return Text
                + Whole($"{(Text.EndsWith('\n') || gap.Length == 0 ? "" : "\n")}{gap}[{option.Section}]\n{added.Text}", true);
        }

        var explained = pieces.FindIndex(p =>
            p.Section == option.Section && p.Before.StartsWith($"#{option.Name} =", StringComparison.Ordinal)
        );
        var place =
            explained >= 0
                ? explained
                : pieces.FindLastIndex(p => p.Section == option.Section && (p.Name is not null || p.Before.StartsWith('[')));
        pieces.Insert(place + 1, added with { Indent = pieces[place].Indent });
        return Whole(string.Concat(pieces.Select(p => p.Text)), EndsWithLine || place == Pieces.Count - 1);
    }

    private string Whole(string text, bool endsWithLine) =>
        (endsWithLine || text.Length == 0 ? text : text[..^1]).Replace("\n", LineEnd, StringComparison.Ordinal);

    private static IEnumerable<string> Comments(string value) =>
        value.StartsWith("[ #", StringComparison.Ordinal) ? ["# first", "# second é", "# third"] : [];

    private static Gen<List<Piece>> Section(string name) =>
        Gen.Select(
            Pick.From($"[{name}]", $"[ {name} ]", $"[\"{name}\"]"),
            Comment,
            Item(name).List[0, 8],
            (header, comment, items) =>
                (List<Piece>)
                    [
                        new Piece(name, null, "", header, "", $" {comment}"),
                        .. items.DistinctBy(i => i.Name is null ? new object() : i.Name),
                    ]
        );

    private static Gen<Piece> Item(string section)
    {
        string[] names = [.. SettingOptions.All.Where(o => o.Section == section).Select(o => o.Name), "unknown", "other"];
        var option = Gen.Select(
            Pick.From("", "  ", "\t"),
            Pick.From(names),
            Pick.From("{0} = ", "{0}=", "\"{0}\" = ", "'{0}'  =  "),
            Value,
            Comment,
            (indent, name, form, value, comment) =>
                new Piece(section, name, indent, string.Format(form, name), value, comment.Length == 0 ? "" : "  " + comment)
        );
        var remark = Comment.Select(c => new Piece(section, null, "", c, "", ""));
        var explained = Pick.From(names).Select(n => new Piece(section, null, "", $"#{n} = ", "5", ""));
        return Gen.OneOf(option, option, remark, explained, Gen.Const(new Piece(section, null, "  ", "", "", "")));
    }
}
