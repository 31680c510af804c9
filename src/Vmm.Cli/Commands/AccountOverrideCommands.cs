using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>username, usernote, userquota, userservices, usertransport, userenable, userdisable.</summary>
internal static class AccountOverrideCommands
{
    /// <summary>Instead of a value: as the domain has it (vmm 0.6).</summary>
    internal const string Inherit = "domain";

    private static readonly ErrorCode[] Codes = [ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain];

    internal static Subcommand[] All =>
    [
        new("username", "un", "set or delete the name of an account", Name),
        new("usernote", "uo", "set or delete the note of an account", Note),
        new("userquota", "uq", "set the quota of an account", Storage),
        new("userservices", "us", "allow or forbid services to an account", Services),
        new("usertransport", "ut", "set the transport of an account", SetTransport),
        new("userenable", "u1", "allow an account one service or all", Enable),
        new("userdisable", "u0", "forbid an account one service or all", Disable),
    ];

    private static void Name(VmmCommand command, App app)
    {
        command.Details = "The name is shown by userinfo and used nowhere else.";
        command.Example = "username user@example.com --name 'A. User'";
        command.Old = [new("ADDRESS NAME", "`--name` `NAME`")];
        Text(command, app, "name", PersonName.Parse, AccountOverrides.SetName);
    }

    private static void Note(VmmCommand command, App app)
    {
        command.Details = "The note is shown by userinfo and used nowhere else.";
        command.Example = "usernote user@example.com --note 'on leave until June'";
        Text(command, app, "note", NoteText.Parse, AccountOverrides.SetNote);
    }

    private static void Text(
        VmmCommand command,
        App app,
        string noun,
        Func<string?, string?> read,
        Func<Session, EmailAddress, string?, ChangedAccount> act)
    {
        var address = Arguments.Address(Names.Account);
        var text = new TextOptions(noun);
        command.Codes = [.. Codes, ErrorCode.InvalidArgument];
        command.Takes([address, .. text.All]);
        text.Require(command);
        Changes(command, app, address, asking => read(text.Value(asking.Parse)), act);
    }

    private static void Storage(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var storage = Arguments.Storage(Inherit);
        var messages = Arguments.Messages();
        command.Details = "The word 'domain' instead of a size returns to the domain's quota.";
        command.Example = "userquota user@example.com 5G --messages 200000";
        command.Codes = Codes;
        command.Takes(address, storage, messages);
        Changes(
            command,
            app,
            address,
            asking => asking.Get(storage).Bytes is { } bytes ? new Quota(bytes, asking.Get(messages)) : (Quota?)null,
            AccountOverrides.SetQuota);
    }

    private static void Services(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var services = new ServiceOptions();
        command.Details = "Services that are not named keep their state; --reset returns to the domain's services.";
        command.Example = "userservices user@example.com --enable imap smtp";
        command.Codes = Codes;
        command.Takes([address, .. services.ForAccount]);
        services.Require(command);
        Changes(command, app, address, asking => services.Change(asking.Parse), AccountOverrides.SetServices);
    }

    private static void SetTransport(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var transport = Arguments.Transport($"a Postfix transport, see transport(5); or '{Inherit}' for the domain's");
        command.Details = "The word 'domain' returns to the domain's transport.";
        command.Example = "usertransport user@example.com domain";
        command.Codes = [.. Codes, ErrorCode.InvalidArgument, ErrorCode.InvalidMailLocation];
        command.Takes(address, transport);
        Changes(
            command,
            app,
            address,
            asking => asking.Get(transport) is var text && text == Inherit ? null : Transport.Parse(text),
            AccountOverrides.SetTransport);
    }

    private static void Enable(VmmCommand command, App app)
    {
        command.Details = "As in vmm 0.5; userservices can do more.";
        command.Old = [new("ADDRESS managesieve", "`sieve`; the same for `userdisable`")];
        Switch(command, app, ServiceOptions.Allow);
    }

    private static void Disable(VmmCommand command, App app)
    {
        command.Details = "As in vmm 0.5; userservices can do more. With all services forbidden, the account still receives "
            + "mail.";
        Switch(command, app, ServiceOptions.Forbid);
    }

    /// <summary>The commands of vmm 0.3 to 0.5 for one service, or all of them.</summary>
    private static void Switch(VmmCommand command, App app, Func<ServiceSet, ServiceChange> change)
    {
        var address = Arguments.Address(Names.Account);
        var service = new Argument<string[]>("service")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "imap, pop3, sieve, smtp, or all, which is the default",
        }.Completes(Names.OneOf(["all", "imap", "pop3", "sieve", "smtp"]));
        command.Example = $"{command.Name} user@example.com pop3";
        command.Codes = Codes;
        command.Takes(address, service);
        Changes(
            command,
            app,
            address,
            asking => change(ServiceOptions.Parse(asking.Get(service))),
            AccountOverrides.SetServices);
    }

    /// <summary>What is alike in all of them.</summary>
    private static void Changes<T>(
        VmmCommand command,
        App app,
        Argument<string> address,
        Func<Asking, T> ask,
        Func<Session, EmailAddress, T, ChangedAccount> act) =>
        command.Changes(app, new Change<(EmailAddress Address, T Value), ChangedAccount>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (EmailAddress.Refer(asking.Get(address)), ask(asking)),
            Act = (s, request) => act(s, request.Address, request.Value),
            Json = () => CommandJson.Default.ChangedAccount,
        });
}
