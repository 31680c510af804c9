using System.CommandLine;
using System.CommandLine.Help;

namespace Vmm;

/// <summary>The list of everything that vmm can do. Built without database and configuration, so that tools can read it.</summary>
internal static class CommandTree
{
    /// <summary>Columns of help, whatever the terminal says (some report 0).</summary>
    private const int HelpWidth = 80;

    /// <summary>An argument may begin with @ or any other sign: response files are off.</summary>
    internal static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    internal static RootCommand Build(App app)
    {
        var root = new RootCommand("vmm keeps domains, accounts, aliases and relocated users for Postfix and Dovecot in PostgreSQL.");
        root.Options.Clear();
        root.Directives.Clear();
        root.Options.Add(new HelpOption("--help", "-h") { Action = new HelpAction { MaxWidth = HelpWidth } });
        root.Options.Add(new VersionOption("--version", "-v") { Action = new VersionAction() });
        root.Options.Add(Arguments.Config);
        root.Options.Add(Arguments.Json);
        foreach (var command in Commands(app, root))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static IEnumerable<Command> Commands(App app, RootCommand root) =>
    [
        .. DomainCommands.All(app),
        .. AccountCommands.All(app),
        .. AliasCommands.All(app),
        .. RelocatedCommands.All(app),
        .. ConfigCommands.All(app),
        .. GeneralCommands.All(app, root),
    ];
}
