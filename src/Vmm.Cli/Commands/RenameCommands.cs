using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>domainrename, userrename, aliasrename.</summary>
internal static class RenameCommands
{
    private const string Follow = "Every destination of an alias, a catch-all or a relocated user that leads to the old ";

    internal static Subcommand OfDomain { get; } = new("domainrename", "dr", "give a domain another name", Domain);

    internal static Subcommand OfAccount { get; } = new("userrename", "ur", "give an account another address", Account);

    internal static Subcommand OfAlias { get; } = new("aliasrename", "ar", "give an alias another address", Alias);

    private static void Domain(VmmCommand command, App app)
    {
        var old = Arguments.Domain("fqdn", "its present primary name");
        var @new = Arguments.Domain("newname", "its new name", Names.Unknown);
        var leave = Leave("what stays of the old name: an alias domain (alias, the default) or nothing");
        command.Details = "All accounts, aliases and relocated users and the catch-all get the new name; mail, passwords and "
            + $"settings stay. {Follow}name leads to the new one afterwards. Sessions end, and users log in under the new name; "
            + "under the old one too while it is an alias domain. A password whose hash contains the address (DIGEST-MD5) "
            + "would not work any more, so that such a domain is not renamed.";
        command.Example = "domainrename example.org example.net";
        command.Codes =
        [
            ErrorCode.AliasDomainExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.DomainIsAlias, ErrorCode.DomainExists,
            ErrorCode.InvalidArgument, ErrorCode.NoSuchDomain, ErrorCode.RelocatedIdentical, ErrorCode.VmmError,
            ErrorCode.AliasLoop, ErrorCode.AddressTooLong,
        ];
        command.Takes(old, @new, leave);
        command.Changes(app, new Change<(DomainName Old, DomainName New, OldName Left), RenamedDomain>
        {
            Target = asking => asking.Get(old),
            Ask = asking => (
                DomainName.Refer(asking.Get(old)), DomainName.Parse(asking.Get(@new)), OfDomains(Left(asking.Parse, leave))),
            Act = (s, request) => DomainRename.Run(s, request.Old, request.New, request.Left),
            Say = renamed => RenameText.Followed(renamed.Followed),
            Json = () => CommandJson.Default.RenamedDomain,
            Details = renamed => $"now {renamed.Domain}",
        });
    }

    private static void Account(VmmCommand command, App app)
    {
        var old = Arguments.Address(Names.Account);
        var @new = NewAddress();
        var leave = Leave("what stays at the old address: alias (the default), relocated or nothing");
        var password = new PasswordOptions();
        command.Details = "The account keeps its uid, mail, password, quota, services, transport, name and note. Into another "
            + $"domain its home moves too, and what it has not set for itself is that domain's. {Follow}address leads to the new "
            + "one afterwards, with the extension that it has. Sessions end, and the user logs in under the new address. A "
            + "password whose hash contains the address (DIGEST-MD5) would not work any more: give a new one by an option.";
        command.Example = "userrename old@example.org new@example.com --leave relocated";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasExists, ErrorCode.DomainDirectoryGroup,
            ErrorCode.DomainIsAlias, ErrorCode.InvalidArgument, ErrorCode.LocalPartInvalid, ErrorCode.LocalPartTooLong,
            ErrorCode.MaildirPermission, ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain, ErrorCode.RelocatedExists,
            ErrorCode.VmmError, ErrorCode.TooManyFailures, ErrorCode.MissingPassword, ErrorCode.AliasLoop,
            ErrorCode.AddressTooLong,
        ];
        command.Takes([old, @new, leave, .. password.All]);
        command.Changes(
            app,
            new Change<(EmailAddress Old, EmailAddress New, OldName Left, Secret? Secret), RenamedAccount>
            {
                Target = asking => asking.Get(old),
                Ask = asking =>
                {
                    var address = EmailAddress.Parse(asking.Get(@new));
                    return (
                        EmailAddress.Refer(asking.Get(old)),
                        address,
                        Left(asking.Parse, leave),
                        password.IsGiven(asking.Parse) ? password.Ask(asking, address) : null);
                },
                Act = (s, request) =>
                    AccountRename.Run(s, request.Old, request.New, request.Left, request.Secret?.Hash) with
                    {
                        GeneratedPassword = request.Secret?.Generated,
                    },
                Say = renamed => RenameText.Followed(renamed.Followed) + AccountText.Generated(renamed.GeneratedPassword),
                Json = () => CommandJson.Default.RenamedAccount,
                Details = renamed => $"now {renamed.Address}, uid {renamed.Uid}"
                    + (renamed.MovedFrom is { } from ? $", with the home {from} moved to {renamed.Home}" : ""),
            });
    }

    private static void Alias(VmmCommand command, App app)
    {
        var old = Arguments.Address(Names.Alias);
        var @new = NewAddress();
        var leave = Leave("what stays at the old address: alias (the default), relocated or nothing");
        command.Details = $"The alias keeps its destinations. {Follow}address leads to the new one afterwards, with the extension "
            + "that it has. A loop is refused.";
        command.Example = "aliasrename info@example.org contact@example.org";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasExists, ErrorCode.DomainIsAlias,
            ErrorCode.InvalidArgument, ErrorCode.LocalPartInvalid, ErrorCode.LocalPartTooLong, ErrorCode.NoSuchAlias,
            ErrorCode.NoSuchDomain, ErrorCode.RelocatedExists, ErrorCode.AliasLoop, ErrorCode.AddressTooLong,
        ];
        command.Takes(old, @new, leave);
        command.Changes(app, new Change<(EmailAddress Old, EmailAddress New, OldName Left), RenamedAlias>
        {
            Target = asking => asking.Get(old),
            Ask = asking => (
                EmailAddress.Refer(asking.Get(old)), EmailAddress.Parse(asking.Get(@new)), Left(asking.Parse, leave)),
            Act = (s, request) => AliasRename.Run(s, request.Old, request.New, request.Left),
            Say = renamed => RenameText.Followed(renamed.Followed),
            Json = () => CommandJson.Default.RenamedAlias,
            Details = renamed => $"now {renamed.Address}",
        });
    }

    private static Argument<string> NewAddress() =>
        new Argument<string>("newaddress") { Description = "its new address, in any of your domains" }.Completes(Names.NewAddress);

    private static Option<string?> Leave(string description)
    {
        var words = Words;
        var option = new Option<string?>("--leave") { HelpName = "what", Description = description };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !words.Contains(word))
            {
                var nearest = Suggestion.Nearest(word, words);
                result.AddError(
                    $"'{word}' is not one of {string.Join(", ", words)}{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
            }
        });
        return option;
    }

    private static string[] Words => [.. Enum.GetValues<OldName>().Select(n => EnumWords.Of(n))];

    private static OldName Left(ParseResult parse, Option<string?> leave) =>
        parse.GetValue(leave) is { } word ? EnumWords.Read<OldName>(word) : OldName.Alias;

    /// <summary>A relocated user is an address; no mail server tells senders that a whole domain has moved.</summary>
    /// <exception cref="VmmException">2.</exception>
    private static OldName OfDomains(OldName left) => left != OldName.Relocated ? left : throw new VmmException(
        ErrorCode.Usage,
        "the old name of a domain cannot be relocated, only single addresses can",
        "'--leave alias' keeps it as an alias domain, '--leave nothing' gives it up.");
}
