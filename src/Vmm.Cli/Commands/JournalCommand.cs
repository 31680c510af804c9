using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>journal.</summary>
internal sealed class JournalCommand
{
    private readonly Argument<string?> what = new Argument<string?>("object")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "an address, a domain for all that is in it, or the number of a change to show all that it did",
    }.Completes(Names.Address);

    private readonly Option<string?> since = Time("--since", "list only changes from this time on");
    private readonly Option<string?> until = Time("--until", "list only changes before this time");

    private readonly Option<string?> by = new("--by")
    {
        HelpName = "name",
        Description = "list only changes by this administrator, or by this role in the database if vmm was not used",
    };

    private readonly Option<long?> limit = ListOptions.Limit();
    private readonly Option<bool> follow = new("--follow", "-f")
    {
        Description = "list the last 10 changes, then each new one until interrupted; with --json one object a line",
    };

    internal static Subcommand One => new(
        "journal", "", "list who changed what, the latest first", (command, app) => new JournalCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Lists the changes of domains, accounts, aliases, catch-alls, relocated users and sender grants with "
            + "number, time, administrator and command line. The database keeps the journal, so it also has what other programs "
            + "change: these changes have the role in the database and the name of the program. With a number it shows what the "
            + "change did, with the properties before and after it. A time is a date or a date with a time, such as "
            + "'2026-01-31 18:00', or how long ago it was: '30m', '12h', '7d', '4w'. No password and no hash is shown.";
        command.Example = "journal user@example.com --since 7d";
        command.Codes = [ErrorCode.NoSuchChange];
        command.Takes(what, since, until, by, limit, follow);
        command.Validators.Add(RefuseContradictions);
        var shape = new ListShape<JournalChange>(
            "changes",
            parse => ListsSome.Any(o => parse.GetResult(o) is { Implicit: false }) || parse.GetValue(what) is not null,
            "changes",
            JournalText.Line,
            () => CommandJson.Default.JournalChange);
        command.Lists(app, Request, Journal.List, shape);
        command.Instead(
            parse => parse.GetValue(follow) || IsNumber(parse),
            parse => IsNumber(parse)
                ? app.Read(
                    parse,
                    asking => Number(asking.Parse),
                    (s, number) => Journal.Show(s, number, parse.GetValue(limit)),
                    JournalText.Details,
                    () => CommandJson.Default.JournalDetails,
                    status: null)
                : app.Follow(parse, Request, Journal.Place, Journal.List, Journal.New, shape));
    }

    private Option[] ListsSome => [since, until, by];

    private bool IsNumber(ParseResult parse) => Journal.IsNumber(parse.GetValue(what));

    /// <exception cref="VmmException">96 there are not that many changes.</exception>
    private long Number(ParseResult parse) =>
        long.TryParse(parse.GetValue(what), CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;

    private JournalRequest Request(Asking asking)
    {
        var text = asking.Get(what);
        var isAddress = text?.Contains('@', StringComparison.Ordinal) == true;
        return new JournalRequest(
            text is null || isAddress ? null : DomainName.Refer(text),
            isAddress ? EmailAddress.Refer(text!) : null,
            MomentOrNull(asking.Get(since)),
            MomentOrNull(asking.Get(until)),
            asking.Get(by),
            asking.Get(limit));
    }

    private void RefuseContradictions(CommandResult result)
    {
        Option[] ofList = [.. ListsSome, follow];
        if (Journal.IsNumber(result.GetValue(what))
            && ofList.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } given)
        {
            result.AddError($"'{given.Name}' excludes the number of a change");
        }
        else if (result.GetValue(follow) && result.GetValue(until) is not null)
        {
            result.AddError($"'{follow.Name}' excludes '{until.Name}'");
        }
    }

    private static DateTime? MomentOrNull(string? text) => text is null ? null : Moment.Parse(text, DateTime.UtcNow);

    private static Option<string?> Time(string name, string description) =>
        new(name) { HelpName = "time", Description = description };
}
