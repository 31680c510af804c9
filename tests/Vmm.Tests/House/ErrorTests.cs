using System.Text.RegularExpressions;

namespace Vmm.Tests.House;

/// <summary>Every error has its code, its line in the documentation, and the form of a message.</summary>
public static partial class ErrorTests
{
    [Fact]
    public static void every_code_is_thrown_somewhere()
    {
        var unused = Enum.GetNames<ErrorCode>()
            .Where(n =>
                Source
                    .Code.Where(f =>
                        !f.Path.StartsWith("src/Vmm.Data/Failures/ErrorCode.cs", StringComparison.Ordinal)
                        && !f.Path.EndsWith("ErrorMeanings.cs", StringComparison.Ordinal)
                        && !f.Path.Contains("/Help/", StringComparison.Ordinal)
                    )
                    .All(f => !f.Lines.Any(l => Regex.IsMatch(l, $@"\bErrorCode\.{n}\b")))
            );
        Assert.Empty(unused);
    }

    [Fact]
    public static void codes_are_those_of_0_7_or_from_80_to_125() =>
        Assert.All(Enum.GetValues<ErrorCode>(), c =>
            Assert.True((int)c is (>= 1 and <= 4) or (>= 20 and <= 71) or (>= 80 and <= 125), $"{c} is {(int)c}")
        );

    [Fact]
    public static void messages_are_lower_case_without_a_stop_and_hints_are_sentences()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var (path, lines) in Source.Code)
        {
            foreach (Match error in NewError().Matches(Joined().Replace(string.Join('\n', lines), "")))
            {
                count++;
                var message = error.Groups["message"].Value;
                if (!MessageForm().IsMatch(message) || message.EndsWith('.') || message.EndsWith('!'))
                {
                    wrong.Add($"{path}: message \"{message}\"");
                }

                var hint = error.Groups["hint"].Value;
                if (hint.Length > 0 && !(HintStart().IsMatch(hint) && HintEnd().IsMatch(hint)))
                {
                    wrong.Add($"{path}: hint \"{hint}\"");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(count > 60, $"only {count} errors were found");
    }

    [Theory]
    [InlineData("new VmmException(ErrorCode.Usage, \"Wrong.\", \"no sentence\")", 2)]
    [InlineData("new(ErrorCode.Usage, $\"'{x}' is wrong\", \"Do this.\")", 0)]
    [InlineData("Errors.InvalidArgument($\"Bad {x}\")", 1)]
    public static void the_rule_above_can_fail(string code, int faults)
    {
        var error = NewError().Match(code);
        var hint = error.Groups["hint"].Value;
        Assert.Equal(
            faults,
            (MessageForm().IsMatch(error.Groups["message"].Value) && !error.Groups["message"].Value.EndsWith('.') ? 0 : 1)
                + (hint.Length == 0 || (HintStart().IsMatch(hint) && HintEnd().IsMatch(hint)) ? 0 : 1)
        );
    }

    /// <summary>An error's first literal and its second, where it follows directly.</summary>
    [GeneratedRegex(
        """
            (?:new\s+VmmException\(\s*ErrorCode\.\w+,|new\(\s*ErrorCode\.\w+,|Errors\.InvalidArgument\(
              |Errors\.SchemaUnknown\(|Errors\.Database\(|Wrong\(\s*path,\s*[\w.]+,)\s*
            \$?"(?<message>(?:[^"\\{]|\\.|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*)"
            (?:\s*,\s*\$?"(?<hint>(?:[^"\\{]|\\.|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*)")?
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex NewError();

    /// <summary>Where a long literal goes on in the next line.</summary>
    [GeneratedRegex("""
        "\s*\n\s*\+\ \$?"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Joined();

    /// <summary>Lower case, a quoted value, an inserted one, or the verb after 'the database'.</summary>
    [GeneratedRegex(@"\A([a-z'{]|[a-z]+\.[a-z])")]
    private static partial Regex MessageForm();

    [GeneratedRegex(@"\A[A-Z'{]")]
    private static partial Regex HintStart();

    /// <summary>A stop or question mark, or an inserted part that ends with one.</summary>
    [GeneratedRegex(@"[.?}]\z")]
    private static partial Regex HintEnd();
}
