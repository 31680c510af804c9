using System.CommandLine;
using Vmm.Cli;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Unix;

namespace Vmm.Docs;

/// <summary>Every file that is made from the command tree, the options of the configuration, and the docstrings.</summary>
internal static class Documents
{
    /// <summary>Paths in the repository, with what they must hold.</summary>
    internal static IEnumerable<(string Path, string Text)> All()
    {
        var root = Tree();
        var completions = CompletionWords.Of(root);
        return
        [
            ("src/Vmm.Data/Failures/ErrorMeanings.cs", ExitCodes.Source()),
            ("docs/exit-codes.md", ExitCodes.Page()),
            ("README.md", CommandTable.Page(root)),
            ("docs/check.md", CheckPage.Text()),
            ("docs/json.md", JsonPage.Text(root)),
            ("man/vmm.1", VmmManual.Text(root)),
            ("man/vmm.toml.5", TomlManual.Text()),
            ("completions/vmm.bash", BashCompletion.Text(completions)),
            ("completions/_vmm", ZshCompletion.Text(completions)),
            ("completions/vmm.fish", FishCompletion.Text(completions)),
        ];
    }

    /// <summary>The directory of the repository that this program was built in.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The command tree, with nobody to speak to.</summary>
    internal static RootCommand Tree() => CommandTree.Build(new App(new Terminal(new StandardStreams(true, true, true))));

    /// <summary>The subcommands that are shown to people.</summary>
    internal static IEnumerable<VmmCommand> Commands(RootCommand root) =>
        root.Subcommands.OfType<VmmCommand>().Where(c => !c.Hidden);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Vmm.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("this tool is not in the repository");
    }
}
