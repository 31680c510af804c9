using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Configuration;
using Vmm.Core.Passwords;
using Vmm.Core.PostfixAdmin;
using Vmm.Data.Failures;
using Vmm.Data.Sql.PostfixAdmin;

namespace Vmm.Cli.Commands;

/// <summary>import-postfixadmin.</summary>
internal static class ImportCommand
{
    internal static VmmCommand Make(App app)
    {
        var source = new Option<string>("--source")
        {
            Required = true,
            HelpName = "connection",
            Description = "PostfixAdmin's database: 'host=... port=... dbname=... user=... sslmode=...', or postgresql://user@host/name",
        };
        var mail = new Option<string?>("--mail-directory")
        {
            HelpName = "directory",
            Description = "move the mail from below this directory, where column maildir says, into the new homes; without it the mail stays where it is",
        };
        var scheme = new Option<string?>("--scheme")
        {
            HelpName = "name",
            Description = "scheme of password hashes that neither say nor show it",
        };
        var skip = new Option<bool>("--skip-invalid") { Description = "leave out what cannot be imported, in place of doing nothing" };
        var command = Arguments.Command(
            "import-postfixadmin",
            "",
            "take over domains, accounts, aliases and mail of PostfixAdmin",
            "import-postfixadmin --source dbname=postfixadmin --dry-run",
            [ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.DomainExists, ErrorCode.AliasDomainExists, ErrorCode.AliasLoop],
            source,
            mail,
            scheme,
            skip,
            Arguments.Yes);
        return command.Changes(app, new Change<(ImportPlan Plan, Progress Progress), ImportResult>(
            // Without a name for it: the connection may tell more than the log should hold.
            _ => "PostfixAdmin",
            asking =>
            {
                var parse = asking.Parse;
                var tables = SourceReader.Read(SourceAddress.Parse(parse.GetRequiredValue(source)));
                var named = parse.GetValue(scheme) is { } name ? PasswordScheme.Parse(name) : null;
                var plan = ImportPlanner.Plan(tables, new ImportChoices(parse.GetValue(mail), named, parse.GetValue(skip)), asking.Settings);
                Show(asking, plan);
                if (!parse.GetValue(Arguments.DryRun) && !parse.GetValue(Arguments.Yes))
                {
                    Confirmation.Require(asking.Terminal, "Import this?");
                }

                return (plan, new Progress(asking.Terminal));
            },
            (s, wanted) => PostfixAdminImport.Run(s, wanted.Plan, wanted.Progress.Show),
            ImportText.Done,
            JsonContext.Default.ImportResult));
    }

    /// <summary>In a dry run the plan is what was asked for; else it stands before the question. As JSON it is part of the result.</summary>
    private static void Show(Asking asking, ImportPlan plan)
    {
        if (asking.Parse.GetValue(Arguments.Json))
        {
            return;
        }

        var text = ImportText.Plan(plan);
        if (asking.Parse.GetValue(Arguments.DryRun))
        {
            asking.Terminal.Print(text);
        }
        else if (!asking.Terminal.IsQuiet)
        {
            asking.Terminal.Error.Write(Terminal.Clean(text, keepLayout: true));
        }
    }
}
