using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>domainnote, domainquota, domainservices, domaintransport.</summary>
internal static class DomainDefaultCommands
{
    private static readonly ErrorCode[] Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain];

    internal static Subcommand[] All =>
    [
        new("domainnote", "do", "set or delete the note of a domain", Note),
        new("domainquota", "dq", "set the quota of each account of a domain", Storage),
        new("domainservices", "ds", "allow or forbid services to the accounts of a domain", Services),
        new("domaintransport", "dt", "set the transport of a domain", SetTransport),
    ];

    private static void Note(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var note = new TextOptions("note");
        command.Details = "The note is shown by domaininfo and used nowhere else.";
        command.Example = "domainnote example.com --note 'customer 4711'";
        command.Codes = Codes;
        command.Takes([domain, .. note.All]);
        note.Require(command);
        Changes(command, app, domain, asking => NoteText.Parse(note.Value(asking.Parse)), DomainDefaults.SetNote);
    }

    private static void Storage(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var storage = Arguments.Storage();
        var messages = Arguments.Messages();
        var force = Arguments.Force("also for accounts that have a quota of their own");
        command.Details = "The quota applies to each account of the domain that has no quota of its own.";
        command.Example = "domainquota example.com 2G --messages 100000";
        command.Codes = Codes;
        command.Takes(domain, storage, messages, force);
        Changes(
            command,
            app,
            domain,
            asking => (Quota: new Quota(asking.Get(storage).Bytes ?? 0, asking.Get(messages)), Reset: asking.Get(force)),
            (s, name, request) => DomainDefaults.SetQuota(s, name, request.Quota, request.Reset));
    }

    private static void Services(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var services = new ServiceOptions();
        var force = Arguments.Force("also for accounts that have services of their own");
        command.Details = "Services that are not named keep their state. Postfix and Dovecot apply the change at the next "
            + "login.";
        command.Example = "domainservices example.com --disable pop3";
        command.Codes = Codes;
        command.Takes([domain, .. services.ForDomain, force]);
        services.Require(command);
        Changes(
            command,
            app,
            domain,
            asking => (Change: services.Change(asking.Parse)!, Reset: asking.Get(force)),
            (s, name, request) => DomainDefaults.SetServices(s, name, request.Change, request.Reset));
    }

    private static void SetTransport(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var transport = Arguments.Transport("a Postfix transport, see transport(5)");
        var old = Arguments.Old("force");
        var force = Arguments.Force("also for accounts that have a transport of their own");
        command.Details = "The transport applies to new mail for each account of the domain that has no transport of its own.";
        command.Example = "domaintransport example.com lmtp:unix:private/dovecot-lmtp";
        command.Codes = [.. Codes, ErrorCode.InvalidArgument, ErrorCode.InvalidMailLocation];
        command.Old = [new("DOMAIN TRANSPORT force", "`--force`")];
        command.Takes(domain, transport, old, force);
        Changes(
            command,
            app,
            domain,
            asking => (
                Transport: Transport.Parse(asking.Get(transport)),
                Reset: Arguments.EitherFlag(asking.Parse, force, old, "force")),
            (s, name, request) => DomainDefaults.SetTransport(s, name, request.Transport, request.Reset));
    }

    /// <summary>What is alike in all of them.</summary>
    private static void Changes<T>(
        VmmCommand command,
        App app,
        Argument<string> domain,
        Func<Asking, T> ask,
        Func<Session, DomainName, T, ChangedDomain> act) =>
        command.Changes(app, new Change<(DomainName Name, T Value), ChangedDomain>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => (DomainName.Refer(asking.Get(domain)), ask(asking)),
            Act = (s, request) => act(s, request.Name, request.Value),
            Json = () => CommandJson.Default.ChangedDomain,
        });
}
