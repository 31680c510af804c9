using System.CommandLine;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>username, usernote, userquota, userservices, usertransport, userenable, userdisable.</summary>
internal static class AccountChoiceCommands
{
    /// <summary>In place of a value: as the domain has it (vmm 0.6).</summary>
    private const string Inherit = "domain";

    private static readonly ErrorCode[] Codes = [ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain];

    internal static IEnumerable<VmmCommand> All(App app) =>
    [
        Text(app, "username", "un", "name", "username user@example.com --name 'A. User'", PersonName.Parse, AccountOverrides.SetName),
        Text(app, "usernote", "uo", "note", "usernote user@example.com --note 'on leave until June'", NoteText.Parse, AccountOverrides.SetNote),
        Storage(app),
        Services(app),
        Way(app),
        Switch(app, "userenable", "u1", "allow", services => new ServiceChange(services, ServiceSet.None)),
        Switch(app, "userdisable", "u0", "forbid", services => new ServiceChange(ServiceSet.None, services)),
    ];

    private static VmmCommand Text(
        App app, string name, string alias, string noun, string example, Func<string?, string?> read, Func<Session, EmailAddress, string?, ChangedAccount> act)
    {
        var address = Arguments.Address();
        var text = new TextOptions(noun);
        var command = Arguments.Command(
            name, alias, $"set or delete the {noun} of an account", example, [.. Codes, ErrorCode.InvalidArgument], [address, .. text.All]);
        text.Require(command);
        return Changes(command, app, address, asking => read(text.Value(asking.Parse)), act);
    }

    private static VmmCommand Storage(App app)
    {
        var address = Arguments.Address();
        var storage = Arguments.Storage(Inherit);
        var messages = Arguments.Messages();
        var command = Arguments.Command(
            "userquota", "uq", "set the quota of an account", "userquota user@example.com 5G --messages 200000", Codes, address, storage, messages);
        return Changes(
            command,
            app,
            address,
            asking => asking.Parse.GetRequiredValue(storage).Octets is { } bytes ? new Quota(bytes, asking.Parse.GetValue(messages)) : (Quota?)null,
            AccountOverrides.SetQuota);
    }

    private static VmmCommand Services(App app)
    {
        var address = Arguments.Address();
        var services = new ServiceOptions();
        var command = Arguments.Command(
            "userservices", "us", "allow or forbid services to an account", "userservices user@example.com --enable imap smtp", Codes, [address, .. services.ForAccount]);
        services.Require(command);
        return Changes(command, app, address, asking => services.Change(asking.Parse), AccountOverrides.SetServices);
    }

    private static VmmCommand Way(App app)
    {
        var address = Arguments.Address();
        var transport = new Argument<string>("transport") { Description = $"a transport of Postfix, see transport(5); or '{Inherit}' for the domain's" };
        var command = Arguments.Command(
            "usertransport",
            "ut",
            "set the transport of an account",
            "usertransport user@example.com domain",
            [.. Codes, ErrorCode.InvalidArgument, ErrorCode.InvalidMailLocation],
            address,
            transport);
        return Changes(
            command,
            app,
            address,
            asking => asking.Parse.GetRequiredValue(transport) is var text && text == Inherit ? null : Transport.Parse(text),
            AccountOverrides.SetTransport);
    }

    /// <summary>The commands of vmm 0.3 to 0.5 for one service, or all of them.</summary>
    private static VmmCommand Switch(App app, string name, string alias, string verb, Func<ServiceSet, ServiceChange> change)
    {
        var address = Arguments.Address();
        var service = new Argument<string?>("service") { Arity = ArgumentArity.ZeroOrOne, Description = "imap, pop3, sieve, smtp, or all, which is the default" };
        service.CompletionSources.Add("all", "imap", "pop3", "sieve", "smtp");
        var command = Arguments.Command(name, alias, $"{verb} one service or all to an account", $"{name} user@example.com pop3", Codes, address, service);
        return Changes(
            command,
            app,
            address,
            asking => change(ServiceOptions.Parse(asking.Parse.GetValue(service) ?? "all")),
            AccountOverrides.SetServices);
    }

    /// <summary>What is alike in all of them.</summary>
    private static VmmCommand Changes<T>(
        VmmCommand command, App app, Argument<string> address, Func<Asking, T> ask, Func<Session, EmailAddress, T, ChangedAccount> act) =>
        command.Changes(app, new Change<(EmailAddress Address, T Wanted), ChangedAccount>(
            parse => parse.GetRequiredValue(address),
            asking => (EmailAddress.Refer(asking.Parse.GetRequiredValue(address)), ask(asking)),
            (s, wanted) => act(s, wanted.Address, wanted.Wanted),
            _ => "",
            JsonContext.Default.ChangedAccount));
}
