using System.CommandLine;
using System.CommandLine.Help;
using Vmm.Cli.Commands;
using Vmm.Cli.Help;
using Vmm.Core.Administration;

namespace Vmm.Cli;

/// <summary>The list of everything that vmm can do. Built without database and configuration, so that tools can read it.</summary>
internal static class CommandTree
{
    /// <summary>An argument may begin with @ or any other sign: response files are off.</summary>
    internal static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    internal static RootCommand Build(App app)
    {
        var root = new RootCommand("vmm keeps domains, accounts, aliases and relocated users for Postfix and Dovecot in PostgreSQL.");
        root.Options.Clear();
        root.Directives.Clear();
        root.Options.Add(new HelpOption("--help", "-h") { Description = "show this help", Action = new Help.HelpAction(app) });
        root.Options.Add(new VersionOption("--version", "-v") { Description = "show the version", Action = new VersionAction() });
        root.Options.Add(Arguments.Config);
        root.Options.Add(Arguments.Json);
        root.Options.Add(Arguments.Quiet);
        root.Options.Add(Arguments.Verbose);
        foreach (var (title, commands) in Groups(app, root))
        {
            foreach (var command in commands)
            {
                command.Group = title;
                root.Subcommands.Add(command);
            }
        }

        return root;
    }

    /// <summary>In the order in which help shows them.</summary>
    private static IEnumerable<(string Title, IEnumerable<VmmCommand> Commands)> Groups(App app, RootCommand root) =>
    [
        ("Domains", [.. DomainCommands.All(app), .. DomainDefaultCommands.All(app)]),
        ("Alias domains (more names of a domain)", AliasDomainCommands.All(app)),
        ("Accounts", [.. AccountCommands.All(app), .. AccountChoiceCommands.All(app)]),
        ("Aliases", AliasCommands.All(app)),
        ("Catch-alls", CatchAllCommands.All(app)),
        ("Relocated users", RelocatedCommands.All(app)),
        ("Addresses of every kind", AddressCommands.All(app)),
        ("Configuration", [.. ConfigCommands.All(app), MailConfigCommand.Make(app)]),
        ("The whole", [.. GeneralCommands.All(app, root), CompleteCommand.Make(app)]),
    ];
}
