using Vmm.Docs;

namespace Vmm.Tests.House;

/// <summary>What tools/Vmm.Docs makes is up to date, and in good form.</summary>
public class GeneratedDocumentTests
{
    public static TheoryData<string> Paths => [.. Documents.All().Select(d => d.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void a_document_is_what_the_source_makes_of_it(string path) =>
        Golden.CheckFile(Repository.PathOf(path), Documents.All().Single(d => d.Path == path).Text);

    [Fact]
    public void the_readme_has_every_subcommand_once_with_its_short_name()
    {
        var rows = File.ReadAllLines(Repository.PathOf("README.md"))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(f => f.Length == 5 && f[1].StartsWith('`'))
            .Select(f => (Name: f[1].Trim('`').Split(' ')[0], Short: f[2].Trim('`'), Text: f[3]))
            .ToList();
        var commands = Documents.Commands(Documents.Tree())
            .Select(c => (c.Name, Short: c.Aliases.FirstOrDefault() ?? "", Text: c.Description!));
        Assert.Equal(commands, rows);
    }

    [Theory]
    [InlineData("vmm.1")]
    [InlineData("vmm.toml.5")]
    public async Task a_manual_page_has_no_fault_that_groff_knows(string page)
    {
        var outcome = await Run.ProgramAsync("groff", ["-ww", "-man", "-Tutf8", "-P-cbou", Repository.PathOf("man", page)]);
        Assert.Empty(outcome.Error);
        Assert.Contains("NAME", outcome.Succeeded(), StringComparison.Ordinal);
        foreach (var heading in (string[])["NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "EXAMPLES", "SEE ALSO"])
        {
            Assert.Contains(heading, outcome.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task the_completions_are_good_scripts()
    {
        (await Run.ProgramAsync("shellcheck", [Repository.PathOf("completions", "vmm.bash")])).Succeeded();
        (await Run.ProgramAsync("bash", ["-n", Repository.PathOf("completions", "vmm.bash")])).Succeeded();
        (await Run.ProgramAsync("zsh", ["-n", Repository.PathOf("completions", "_vmm")])).Succeeded();
        (await Run.ProgramAsync("fish", ["--no-execute", Repository.PathOf("completions", "vmm.fish")])).Succeeded();
    }
}
