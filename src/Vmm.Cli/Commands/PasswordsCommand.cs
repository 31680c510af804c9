using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>passwords.</summary>
internal sealed class PasswordsCommand
{
    private readonly Argument<string?> domain = Arguments.OnlyDomain();
    private readonly Option<bool> weak = new("--weak")
    {
        Description = "list the accounts whose scheme is weak, refused or unknown",
    };

    private readonly Option<string?> scheme = new Option<string?>("--scheme")
    {
        HelpName = "scheme",
        Description = $"list the accounts with this scheme; '{PasswordCensus.Default}' are those that name none",
    }.Completes(Names.Scheme);

    private readonly Option<string?> olderThan = new("--older-than")
    {
        HelpName = "time",
        Description = "list the accounts whose password was changed before this time, and not since",
    };

    private readonly Option<string?> after = ListOptions.After();
    private readonly Option<long?> limit = ListOptions.Limit();

    internal static Subcommand One => new(
        "passwords",
        "",
        "count the password schemes of accounts",
        (command, app) => new PasswordsCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Counts the accounts by the scheme of their password, and says of each scheme what becomes of a login: "
            + "accepted; weak, which Dovecot 2.4 refuses unless auth_allow_weak_schemes is set; refused, if the Dovecot of this "
            + "machine does so; or unknown. Passwords without a {SCHEME} in front count as Dovecot's default scheme, or, where "
            + $"that is not known here, as '{PasswordCensus.Default}'. --weak, --scheme or --older-than lists the accounts "
            + "instead, each under the primary name of its domain; use --limit with --after to get the list in pages. A time is a "
            + "date, or how long ago it was, such as '52w'. Passwords from before vmm kept their age are only counted, in a "
            + "warning and as 'undated' with --json. No hash is shown.";
        command.Example = "passwords example.org --weak";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain, ErrorCode.VmmError];
        command.Takes(domain, weak, scheme, olderThan, after, limit);
        command.Validators.Add(RefuseContradictions);
        command.Reads(app, Domain, PasswordCensus.Count, PasswordsText.Count, () => CommandJson.Default.PasswordCount);
        var list = new ListShape<AccountScheme>(
            "user accounts", _ => true, "accounts", PasswordsText.Line, () => CommandJson.Default.AccountScheme);
        var dated = list with { Line = PasswordsText.DatedLine };
        command.Instead(IsList, parse => app.List(parse, Request, PasswordCensus.List, IsDated(parse) ? dated : list));
    }

    private bool IsList(ParseResult parse) => parse.GetValue(weak) || parse.GetValue(scheme) is not null || IsDated(parse);

    private bool IsDated(ParseResult parse) => parse.GetValue(olderThan) is not null;

    private DomainName? Domain(Asking asking) => asking.Get(domain) is { } name ? DomainName.Refer(name) : null;

    private PasswordRequest Request(Asking asking) => new(
        Domain(asking),
        asking.Get(scheme),
        asking.Get(weak),
        asking.Get(olderThan) is { } time ? Moment.Parse(time, DateTime.UtcNow) : null,
        asking.Get(after) is { } address ? EmailAddress.Refer(address) : null,
        asking.Get(limit));

    private void RefuseContradictions(CommandResult result)
    {
        var isScheme = result.GetValue(scheme) is not null;
        if (isScheme && result.GetValue(weak))
        {
            result.AddError($"'{scheme.Name}' excludes '{weak.Name}'");
        }

        Option[] ofList = [after, limit];
        var given = ofList.FirstOrDefault(o => result.GetResult(o) is { Implicit: false });
        if (given is not null && !isScheme && !result.GetValue(weak) && result.GetValue(olderThan) is null)
        {
            result.AddError($"'{given.Name}' requires '{weak.Name}', '{scheme.Name}' or '{olderThan.Name}': the schemes are few");
        }
    }
}
