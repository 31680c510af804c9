using System.Text.Json.Nodes;
using CsCheck;

namespace Vmm.Tests.OldConfiguration;

/// <summary>Our reader sees in a file what Python's ConfigParser sees there.</summary>
public static class PythonDialectTests
{
    private static readonly string[] Names = ["pass", "Host", "a b", "x", "é", "[x", "key;", "#no", "rem", "remark"];

    private static readonly string[] Values =
    [
        "",
        "1",
        "on ; off",
        "a;b",
        ";",
        "# x",
        "\"\"",
        "\"\" ;",
        "a = b: c",
        "%(x)s",
        "tail \t",
        "ü\u00a0",
        "] x",
        "'q'",
        "\u001cx",
        "x\f",
    ];

    private static readonly Gen<string> AnyLine = Gen.OneOf(
        Gen.Select(
            Pick.From("", " ", "\t", "   ", "\u00a0"),
            Pick.From(Names),
            Pick.From("=", " = ", ":", " :\t", " "),
            Pick.From(Values),
            (indent, name, sign, value) => indent + name + sign + value
        ),
        Pick.From("[a]", "[b]", "[DEFAULT]", "[default]", "[A b]", "[a] ; why", "[a]b]", " [b]", "[]", "[", "[ ]", "[b"),
        Pick.From("", " ", "\t\t", "# c", "; c", "  ; c", "\t# c", "rem", "REM x", " rem x"),
        Gen.Select(Pick.From(" ", "\t", "    "), Pick.From("more", "x = 2", "; no", "a ; b", "[b]"), (indent, rest) =>
            indent + rest
        )
    );

    private static readonly Gen<string> AnyText = Gen.Select(
        Pick.From("[a]\n", "[a]\r\n", "", "# first\n"),
        AnyLine.List[0, 9],
        Pick.From("\n", "\n", "\n", "\r\n", "\r"),
        Gen.Bool,
        (head, lines, end, last) => head + string.Join(end, lines) + (last ? end : "")
    );

    // What Python 2 and 3 see alike: nothing but option lines at the margin, with the rest of a value right below them.
    private static readonly Gen<string> CommonOption = Gen.Select(
        Pick.From("pass", "Host", "a b", "x"),
        Pick.From("=", " = ", ":", " :\t"),
        Pick.From("", "1", "on ; off", "a;b", "%(x)s", "a = b: c", "tail \t"),
        Pick.From("", "", "\n more", "\n\tmore = x\n  third"),
        (name, sign, value, more) => name + sign + value + more
    );

    private static readonly Gen<string> CommonText = Gen.OneOf(
            CommonOption,
            CommonOption,
            Pick.From("[a]", "[b]", "[DEFAULT]", "[a] ; why", "", "# c", "; c")
        )
        .List[0, 12]
        .Select(lines => "[a]\n" + string.Join('\n', lines) + "\n");

    [Fact]
    public static void any_file_is_read_as_python_3_reads_it() => Compare("3", IniDialect.Python3, AnyText);

    [Fact]
    public static void a_file_of_python_2_is_read_as_python_reads_it_with_the_rules_of_2() =>
        Compare("2", IniDialect.Python2, CommonText);

    /// <summary>
    /// Facts of Python 2.4 to 2.7 for which Python 3 has no rule; section, option and value, or nothing where it refuses.
    /// </summary>
    [Theory]
    [InlineData("[a]\nx = 1 ; why\n", "1")]
    [InlineData("[a]\nx = 1;2 ; 3\n", "1;2 ; 3")]
    [InlineData("[a]\nx = ; 1\n", "; 1")]
    [InlineData("[a]\nx = ;1 \n", "")]
    [InlineData("[a]\nx = \"\"\n", "")]
    [InlineData("[a]\nx = \"\" ; empty\n", "")]
    [InlineData("[a]\nx = 1\n\n\n two\n", "1\ntwo")]
    [InlineData("[a]\nx = 1\n ; more\n", "1\n; more")]
    [InlineData("[a]\nx = 1\n# none\n two\n", "1\ntwo")]
    [InlineData("[a]\nx = 1\n [b]\n", "1\n[b]")]
    [InlineData("[a]\nx = 1\nX = 2\n", "2")]
    [InlineData("[a]\nx = 1\n[b]\n[a]\ny = 2\n", "1")]
    [InlineData("[a]\nrem x = 1\nREM\nx = 3\n", "3")]
    [InlineData("[a]\nremark = 0\nx: 3\r\n", "3")]
    [InlineData("[a]\nx = \u00a0\n", "\u00a0")]
    [InlineData("[a] and more\nx = 1\n", "1")]
    [InlineData("[a]b]\nx = 1\n", "1")]
    [InlineData("[DEFAULT]\nx = 5\n[a]\n", "5")]
    [InlineData("[a]\n x = 1\n", null)]
    [InlineData("[a]\nx\n", null)]
    [InlineData("x = 1\n[a]\n", null)]
    [InlineData("[a]\n= 1\n", null)]
    public static void what_only_python_2_did(string text, string? value)
    {
        var file = IniReader.Read(text, IniDialect.Python2);
        Assert.Equal(value is null, file.Faults.Count > 0);
        if (value is not null)
        {
            Assert.Equal(value, file.Find("a", "x")?.Raw);
        }
    }

    [Fact]
    public static void references_are_replaced_as_python_replaces_them()
    {
        string[] pieces = ["%(a)s", "%(B)s", "%(loop)s", "%(nope)s", "%(__name__)s", "%(both)s", "%%", "%", "zz", ")s", "(", "%("];
        var options = new Dictionary<string, string>
        {
            ["a"] = "1",
            ["b"] = "%",
            ["both"] = "%(a)s-%%-%(b)s",
            ["loop"] = "%(LOOP)s",
            ["__name__"] = "sec",
        };
        var file = IniReader.Read(
            "[sec]\n" + string.Concat(options.Where(o => o.Key != "__name__").Select(o => $"{o.Key} = {o.Value}\n")),
            IniDialect.Python2
        );
        Pick.From(pieces)
            .List[0, 5]
            .Select(string.Concat)
            .Array[400]
            .Sample(
                values =>
                {
                    var known = new JsonObject([.. options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))]);
                    var answers = PythonConfig.Ask("interpolate", values.Select(v => new JsonArray(v, known.DeepClone())));
                    Assert.All(values.Zip(answers), p =>
                        Assert.Equal((p.First, (string?)p.Second), (p.First, Interpolation.Expand(file, "sec", p.First).Value))
                    );
                },
                iter: 5
            );
    }

    [Theory]
    [InlineData(10, "end", null)]
    [InlineData(11, null, "its %(name)s lead to more than ten others")]
    public static void references_lead_to_ten_others_and_no_further(int length, string? value, string? reason)
    {
        var others = Enumerable.Range(1, length).Select(i => $"o{i} = {(i == length ? "end" : $"%(o{i + 1})s")}\n");
        var file = IniReader.Read("[sec]\n" + string.Concat(others), IniDialect.Python2);
        Assert.Equal((value, reason), Interpolation.Expand(file, "sec", "%(o1)s"));
    }

    private static void Compare(string about, IniDialect dialect, Gen<string> texts) =>
        texts
            .Array[400]
            .Sample(
                many =>
                {
                    var answers = PythonConfig.Ask(about, many.Select(t => (JsonNode)t));
                    foreach (var (text, answer) in many.Zip(answers))
                    {
                        Assert.Equal((text, Show(answer?.AsObject())), (text, Show(IniReader.Read(text, dialect))));
                    }
                },
                iter: 5
            );

    private static string Show(JsonObject? sections) =>
        sections is null
            ? "refused"
            : string.Join(
                '\n',
                sections
                    .SelectMany(s => s.Value!.AsObject().Select(o => $"{s.Key}|{o.Key}|{(string?)o.Value}").Append($"{s.Key}|"))
                    .Order(StringComparer.Ordinal)
            );

    private static string Show(IniFile file) =>
        file.Faults.Count > 0
            ? "refused"
            : string.Join(
                '\n',
                file.Options.Select(o => $"{o.Section}|{o.Key}|{o.Raw}")
                    .Concat(file.Sections.Append("DEFAULT").Select(s => $"{s}|"))
                    .Order(StringComparer.Ordinal)
            );
}
