using System.Text.Json;
using System.Text.RegularExpressions;
using Vmm.Tests.House;

namespace Vmm.Tests.Checks;

/// <summary>docs/check.md lists every code, and none besides; every finding is made in one place.</summary>
public partial class CheckDocumentTests
{
    [Fact]
    public void the_document_has_every_code()
    {
        var codes = Enum.GetValues<FindingCode>().Select(c => c.Word());
        var rows = File.ReadLines(Repository.PathOf("docs", "check.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal));
        var documented = rows.Select(l => l.Split('`')[1]);
        Assert.Equal(codes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.All(codes, c => Assert.Matches(Code(), c));
    }

    /// <summary>The words are those of vmm 0.8.0: scripts and the file of the last check know them.</summary>
    [Fact]
    public void the_words_of_the_codes_never_change() =>
        Golden.Check("finding-codes", string.Concat(Enum.GetValues<FindingCode>().Select(Describe)));

    private static string Describe(FindingCode code)
    {
        var severities = string.Join(',', code.Severities().Select(s => s.Word()));
        return $"{code.Word()} {severities}{(code.CanRepair() ? " repaired" : "")}\n";
    }

    [Fact]
    public void every_code_has_its_sentence_and_every_sentence_is_in_findings()
    {
        Assert.Equal(["src/Vmm.Core/Checks/Findings.cs"], Source.FilesWith("new(code, severity"));
        Assert.Empty(Source.FilesWith("new Finding("));
        // The two codes of files are given by the check of their server.
        var files = Source.Code.Where(f => f.Path.StartsWith("src/Vmm.Core/Checks/Findings.", StringComparison.Ordinal)
            || f.Path is "src/Vmm.Core/Checks/PostfixCheck.cs" or "src/Vmm.Core/Checks/DovecotCheck.cs");
        var text = string.Join('\n', files.SelectMany(f => f.Lines));
        Assert.All(Enum.GetNames<FindingCode>(), c => Assert.Matches($@"\bFindingCode\.{c}\b", text));
    }

    [Fact]
    public void what_the_last_check_found_is_read_back_as_it_was_written()
    {
        const string Kept = """
            [{"Code":"missing-mx","Severity":"warning","Subject":"example.com","Message":"m","Remedy":"r","Domain":"example.com"}]
            """;
        var findings = JsonSerializer.Deserialize(Kept, LastCheckJson.Default.ListFinding)!;
        var expected = new Finding(FindingCode.MissingMx, Severity.Warning, "example.com", "m", "r") { Domain = "example.com" };
        Assert.Equal([expected], findings);
        Assert.Equal(Kept, JsonSerializer.Serialize(findings, LastCheckJson.Default.ListFinding));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex Code();
}
