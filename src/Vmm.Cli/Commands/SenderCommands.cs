using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>senderadd, senderinfo, senderdelete, domainsenders.</summary>
internal static class SenderCommands
{
    private const string On = "on";
    private const string Off = "off";

    internal static Subcommand[] All =>
    [
        new("senderadd", "sa", "let accounts send as an address or a domain", Add),
        new("senderinfo", "si", "show who may send as an address, or what is granted in a domain", Info),
        new("senderdelete", "sd", "take back what senderadd granted", Delete),
        new("domainsenders", "", "let the accounts behind aliases of a domain send as the aliases, or not", Switch),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var sender = Sender();
        var accounts = Grantees(ArgumentArity.OneOrMore);
        var expires = ExpiryOption.Make(
            "when it ends: a date or a time such as '2026-12-24 18:00', how long from now such as '30d', or 'never'");
        command.Details = "Apart from where mail goes: the address need not exist, only its domain, and the accounts may be in any "
            + "domain. With a domain, they may send as all its addresses. An account may always send as its own address, and the "
            + "accounts that an alias ends in as the alias, unless 'domainsenders' switches that off. At the second at which a "
            + "grant ends, Postfix rejects the sender. For accounts that have the grant already, only --expires changes something.";
        command.Example = "senderadd sales@example.com new@example.com --expires 30d";
        command.Codes =
        [
            ErrorCode.InvalidArgument, ErrorCode.LocalPartInvalid, ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain,
        ];
        command.Takes(sender, accounts, expires);
        command.Changes(
            app,
            new Change<(SenderAddress Sender, List<EmailAddress> Accounts, Expiry? Expiry), AddedSenderGrants>
            {
                Target = asking => asking.Get(sender),
                Ask = asking => (
                    SenderAddress.Parse(asking.Get(sender)),
                    [.. asking.Get(accounts).Select(EmailAddress.Refer)],
                    ExpiryOption.Value(asking, expires)),
                Act = (s, request) => Senders.Add(s, request.Sender, request.Accounts, request.Expiry),
                Json = () => CommandJson.Default.AddedSenderGrants,
            });
    }

    private static void Info(VmmCommand command, App app)
    {
        var sender = Sender();
        command.Details = "Of an address, shows every account that may send as it and why: it is its own address, the alias ends "
            + "in it, or it was granted. Of a domain, shows all that was granted in it. What has expired is shown too.";
        command.Example = "senderinfo sales@example.com";
        command.Codes = [ErrorCode.NoSuchDomain];
        command.Takes(sender);
        command.Reads(
            app,
            asking => SenderAddress.Refer(asking.Get(sender)),
            SenderLookup.Find,
            SenderText.Info,
            () => CommandJson.Default.SenderInfo);
    }

    private static void Delete(VmmCommand command, App app)
    {
        var sender = Sender();
        var accounts = Grantees(ArgumentArity.ZeroOrMore);
        command.Details = "With accounts, only they lose the grant. Without them, all accounts lose it. What is granted for a "
            + "whole domain is taken back for the whole domain only.";
        command.Example = "senderdelete sales@example.com new@example.com";
        command.Codes = [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain];
        command.Takes(sender, accounts);
        command.Changes(app, new Change<(SenderAddress Sender, List<EmailAddress> Accounts), DeletedSenderGrants>
        {
            Target = asking => asking.Get(sender),
            Ask = asking => (
                SenderAddress.Refer(asking.Get(sender)), [.. (asking.Get(accounts) ?? []).Select(EmailAddress.Refer)]),
            Act = (s, request) => Senders.Delete(s, request.Sender, request.Accounts),
            Json = () => CommandJson.Default.DeletedSenderGrants,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAlias),
        });
    }

    private static void Switch(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var aliases = new Option<string>("--aliases")
        {
            Required = true,
            HelpName = $"{On}|{Off}",
            Description = $"whether the accounts that an alias ends in may send as the alias: {On} (the default) or {Off}",
        }.Completes(Names.OneOf([On, Off]));
        aliases.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not (On or Off) and var word }])
            {
                result.AddError($"'{word}' is not {On} or {Off}");
            }
        });
        command.Details = "Accounts behind an alias may send as the alias, as in vmm 0.7. Switched off, only an account itself "
            + "and what 'senderadd' grants count in this domain. Postfix applies it at once.";
        command.Example = "domainsenders example.com --aliases off";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain];
        command.Takes(domain, aliases);
        command.Changes(app, new Change<(DomainName Name, bool May), ChangedDomain>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => (DomainName.Refer(asking.Get(domain)), asking.Get(aliases) == On),
            Act = (s, request) => DomainDefaults.SetAliasSenders(s, request.Name, request.May),
            Json = () => CommandJson.Default.ChangedDomain,
        });
    }

    private static Argument<string> Sender() => new Argument<string>("sender")
    {
        Description = "local-part@domain, or a domain for all its addresses",
    }.Completes(Names.Address);

    private static Argument<string[]> Grantees(ArgumentArity arity) => new Argument<string[]>("account")
    {
        Arity = arity,
        Description = "account that may send as it",
    }.Completes(Names.Account);
}
