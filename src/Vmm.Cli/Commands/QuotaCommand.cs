using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>quota.</summary>
internal static class QuotaCommand
{
    internal static Subcommand One => new("quota", "", "list accounts by quota usage, the fullest first", Declare);

    private static void Declare(VmmCommand command, App app)
    {
        var domain = Arguments.OnlyDomain();
        var over = Arguments.OverQuota("--over", "list only accounts that use this much of their quota, or more");
        var limit = ListOptions.Limit();
        command.Details = "Lists percentage, bytes with their limit, messages with theirs, and address of each account, under the "
            + "primary name of its domain. The limit is the account's or, if it has none, its domain's. The percentage is that of "
            + "bytes or messages, whichever is more; '-' means no limit, and accounts without a limit come last. The usage is what "
            + "Dovecot has written to the database. The columns have no blanks in them; on a terminal there are bars too.";
        command.Example = "quota example.org --over 90%";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain];
        command.Takes(domain, over, limit);
        var text = new Lazy<QuotaText>(() => new QuotaText(Terminal.Width, Terminal.IsUtf8));
        command.Lists(
            app,
            asking => new QuotaRequest(
                asking.Get(domain) is { } name ? DomainName.Refer(name) : null, asking.Get(over), asking.Get(limit)),
            QuotaUsage.List,
            new ListShape<AccountUsage>(
                "accounts by quota usage",
                parse => parse.GetValue(domain) is not null || parse.GetValue(over) is not null,
                "accounts",
                usage => text.Value.Line(usage),
                () => CommandJson.Default.AccountUsage));
    }
}
