using System.CommandLine;
using System.CommandLine.Help;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Commands;
using Vmm.Cli.Commands.Check;
using Vmm.Cli.Commands.Configure;
using Vmm.Cli.Commands.Housekeeping;
using Vmm.Cli.Commands.Import;
using Vmm.Cli.Commands.MailConfig;
using Vmm.Cli.Commands.Trace;
using Vmm.Cli.Commands.Upgrade;
using Vmm.Cli.Running;

namespace Vmm.Cli;

/// <summary>
/// The list of everything that vmm can do, and the only file that names all commands. It needs neither database nor configuration.
/// </summary>
internal static class CommandTree
{
    /// <summary>A command line in which each command is one word.</summary>
    internal static string[] Words(string[] args) => TrashCommands.Join(args);

    /// <summary>All subcommands: for help, tools, and lines that cannot be understood.</summary>
    internal static RootCommand Build(App app) => Build(app, _ => true);

    /// <summary>
    /// Only the subcommands that a word of the line names, which is all that its parser can ask for; all of them when none is
    /// named. Declaring one takes microseconds and some kilobytes, declaring sixty as long as everything else that <c>vmm
    /// version</c> does.
    /// </summary>
    internal static RootCommand Build(App app, IReadOnlyList<string> args)
    {
        var root = Build(app, subcommand => args.Any(subcommand.IsNamed));
        return root.Subcommands.Count > 0 ? root : Build(app);
    }

    private static RootCommand Build(App app, Func<Subcommand, bool> isWanted)
    {
        var root = new RootCommand(
            "vmm manages domains, accounts, aliases and relocated users for Postfix and Dovecot in PostgreSQL.");
        root.Options.Clear();
        root.Directives.Clear();
        var help = new Help.HelpAction(app, () => Build(app));
        root.Options.Add(new HelpOption("--help", "-h") { Description = "show this help", Action = help });
        root.Options.Add(new VersionOption("--version", "-v") { Description = "show the version", Action = new VersionAction() });
        root.Options.Add(Arguments.Config);
        root.Options.Add(Arguments.Json);
        root.Options.Add(Arguments.Quiet);
        root.Options.Add(Arguments.Verbose);
        foreach (var (title, subcommands) in Groups(() => Build(app)))
        {
            foreach (var subcommand in subcommands.Where(isWanted))
            {
                root.Subcommands.Add(subcommand.Make(app, title));
            }
        }

        return root;
    }

    /// <summary>In the order in which help shows them.</summary>
    private static IEnumerable<(string Title, Subcommand[] Subcommands)> Groups(Func<RootCommand> whole) =>
    [
        ("Domains", [.. DomainCommands.All, RenameCommands.OfDomain, .. DomainDefaultCommands.All, .. SuspendCommands.OfDomain]),
        ("Alias domains (more names of a domain)", AliasDomainCommands.All),
        ("Accounts",
        [
            .. AccountCommands.All, RenameCommands.OfAccount, .. AccountOverrideCommands.All, .. SuspendCommands.OfAccount,
            QuotaCommand.One, PasswordsCommand.One,
        ]),
        ("Aliases", [.. AliasCommands.All, RenameCommands.OfAlias]),
        ("Catch-alls", CatchAllCommands.All),
        ("Relocated users", RelocatedCommands.All),
        ("Senders (who may send as which address)", SenderCommands.All),
        ("Addresses of every kind", AddressCommands.All),
        ("Trash", TrashCommands.All),
        ("Configuration", [.. ConfigureCommands.All, MailConfigCommand.One]),
        (
            "General",
            [
                PasswordSchemeCommand.One, CheckCommand.One, TraceCommand.One, JournalCommand.One, UndoCommand.One,
                HousekeepingCommand.One, UpgradeCommand.One, ImportCommand.One, HelpCommand.One(whole), VersionCommand.One,
                CompleteCommand.One,
            ]),
    ];
}
