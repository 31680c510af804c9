using System.Text.RegularExpressions;
using Vmm.Docs;

namespace Vmm.Tests.Commands;

/// <summary>No subcommand is forgotten in the sessions that are written down.</summary>
public class SessionsTests
{
    [Fact]
    public void every_subcommand_is_seen_in_a_session_with_text_with_json_and_with_an_error()
    {
        var exchanges = Directory.GetFiles(Transcript.Folder, "*.txt").SelectMany(f => File.ReadAllText(f).Split("\n$ ")).ToList();
        var missing = Documents
            .Commands(Documents.Tree())
            .SelectMany(command =>
            {
                var called = new Regex($@"\bvmm (-\S+ )*({string.Join('|', command.Aliases.Prepend(command.Name))})(?![\w-])");
                var own = exchanges.Where(e => called.IsMatch(e.Split('\n')[0])).ToList();
                return new[]
                {
                    own.Any(e => !e.Contains("\n[exit ", StringComparison.Ordinal)) ? "" : $"{command.Name} that succeeds",
                    own.Any(e => e.Contains("--json", StringComparison.Ordinal) && e.Contains("\n{", StringComparison.Ordinal))
                        ? ""
                        : $"{command.Name} --json",
                    own.Any(e => e.Contains("\n! vmm: error: ", StringComparison.Ordinal)) ? "" : $"{command.Name} that fails",
                };
            })
            .Where(m => m.Length > 0);
        Assert.Empty(missing);
    }
}
