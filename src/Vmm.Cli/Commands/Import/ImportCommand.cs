using System.CommandLine;
using System.Text.Json.Serialization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Passwords;
using Vmm.Core.PostfixAdmin;
using Vmm.Data.Failures;
using Vmm.Data.Sql.PostfixAdmin;

namespace Vmm.Cli.Commands.Import;

/// <summary>import-postfixadmin.</summary>
internal sealed class ImportCommand
{
    private readonly Option<string> source = new("--source")
    {
        Required = true,
        HelpName = "connection",
        Description = "PostfixAdmin's database: 'host=... port=... dbname=... user=... sslmode=...', "
            + "or postgresql://user@host/name",
    };

    private readonly Option<string?> mail = new Option<string?>("--mail-directory")
    {
        HelpName = "directory",
        Description = "move the mail from below this directory, where column maildir says, into the new homes; "
            + "without it the mail stays where it is",
    }.Completes(Names.File);

    private readonly Option<string?> scheme = new Option<string?>("--scheme")
    {
        HelpName = "name",
        Description = "scheme of password hashes that neither state nor show it",
    }.Completes(Names.Scheme);

    private readonly Option<bool> skip = new("--skip-invalid")
    {
        Description = "leave out what cannot be imported, instead of importing nothing",
    };

    internal static Subcommand One => new(
        "import-postfixadmin",
        "",
        "import domains, accounts, aliases and mail of PostfixAdmin",
        (command, app) => new ImportCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Reads a PostgreSQL database of PostfixAdmin 3.3 or 4, shows what will become of it, asks, and adds "
            + "everything in one transaction. Before anything is done, it names row by row what vmm cannot carry over as it "
            + "is. The password for the other database comes from PGPASSWORD or from libpq's password file, never from the "
            + "command line. Stop Postfix and Dovecot before mail is moved: it gets different owners, and it is moved back if "
            + "anything fails; after a kill 'vmm check --repair' moves it back.";
        command.Example = "import-postfixadmin --source dbname=postfixadmin --dry-run";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.DomainExists,
            ErrorCode.AliasDomainExists, ErrorCode.AliasLoop,
        ];
        command.Takes(source, mail, scheme, skip, Arguments.Yes);
        command.Changes(app, new Change<(ImportPlan Plan, Progress Progress), ImportResult>
        {
            // Without a name for it: the connection may reveal more than the log should hold.
            Target = _ => "PostfixAdmin",
            Ask = asking => (Ask(asking), new Progress(asking.Terminal)),
            Act = (s, request) => PostfixAdminImport.Run(s, request.Plan, request.Progress.Show),
            Say = ImportText.Done,
            Json = () => ImportJson.Default.ImportResult,
        });
    }

    private ImportPlan Ask(Asking asking)
    {
        var tables = SourceReader.Read(SourceAddress.Parse(asking.Get(source)));
        var named = asking.Get(scheme) is { } name ? PasswordScheme.Parse(name) : null;
        var plan = ImportPlanner.Plan(tables, new ImportChoices(asking.Get(mail), named, asking.Get(skip)), asking.Settings);
        Show(asking, plan);
        if (!asking.Get(Arguments.DryRun) && !asking.Get(Arguments.Yes))
        {
            Confirmation.Require(asking.Terminal, "Import this?");
        }

        return plan;
    }

    /// <summary>
    /// In a dry run the plan is what was asked for; else it is shown before the question. As JSON it is part of the result.
    /// </summary>
    private static void Show(Asking asking, ImportPlan plan)
    {
        if (asking.Get(Arguments.Json))
        {
            return;
        }

        var text = ImportText.Plan(plan);
        if (asking.Get(Arguments.DryRun))
        {
            asking.Terminal.Print(text);
        }
        else if (!asking.Terminal.IsQuiet)
        {
            asking.Terminal.Error.Write(Terminal.Clean(text, keepLayout: true));
        }
    }
}

/// <summary>The JSON of an import.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportResult))]
internal sealed partial class ImportJson : JsonSerializerContext;
