using System.CommandLine;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>domainnote, domainquota, domainservices, domaintransport.</summary>
internal static class DomainDefaultCommands
{
    private static readonly ErrorCode[] Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain];

    internal static IEnumerable<VmmCommand> All(App app) => [Note(app), Storage(app), Services(app), Way(app)];

    private static VmmCommand Note(App app)
    {
        var domain = Arguments.Domain();
        var note = new TextOptions("note");
        var command = Arguments.Command(
            "domainnote", "do", "set or delete the note of a domain", "domainnote example.com --note 'customer 4711'", Codes, [domain, .. note.All]);
        note.Require(command);
        return Changes(
            command,
            app,
            domain,
            asking => NoteText.Parse(note.Value(asking.Parse)),
            (s, name, text) => DomainDefaults.SetNote(s, name, text));
    }

    private static VmmCommand Storage(App app)
    {
        var domain = Arguments.Domain();
        var storage = Arguments.Storage();
        var messages = Arguments.Messages();
        var force = Arguments.Force("also for accounts that have a quota of their own");
        var command = Arguments.Command(
            "domainquota", "dq", "set the quota of each account of a domain", "domainquota example.com 2G --messages 100000", Codes, domain, storage, messages, force);
        return Changes(
            command,
            app,
            domain,
            asking => (Quota: new Quota(asking.Parse.GetRequiredValue(storage).Octets ?? 0, asking.Parse.GetValue(messages)), Reset: asking.Parse.GetValue(force)),
            (s, name, wanted) => DomainDefaults.SetQuota(s, name, wanted.Quota, wanted.Reset));
    }

    private static VmmCommand Services(App app)
    {
        var domain = Arguments.Domain();
        var services = new ServiceOptions();
        var force = Arguments.Force("also for accounts that have services of their own");
        var command = Arguments.Command(
            "domainservices", "ds", "allow or forbid services to the accounts of a domain", "domainservices example.com --disable pop3", Codes, [domain, .. services.ForDomain, force]);
        services.Require(command);
        return Changes(
            command,
            app,
            domain,
            asking => (Change: services.Change(asking.Parse)!, Reset: asking.Parse.GetValue(force)),
            (s, name, wanted) => DomainDefaults.SetServices(s, name, wanted.Change, wanted.Reset));
    }

    private static VmmCommand Way(App app)
    {
        var domain = Arguments.Domain();
        var transport = new Argument<string>("transport") { Description = "a transport of Postfix, see transport(5)" };
        var old = Arguments.Old("force");
        var force = Arguments.Force("also for accounts that have a transport of their own");
        var command = Arguments.Command(
            "domaintransport",
            "dt",
            "set the transport of a domain",
            "domaintransport example.com lmtp:unix:private/dovecot-lmtp",
            [.. Codes, ErrorCode.InvalidArgument, ErrorCode.InvalidMailLocation],
            domain,
            transport,
            old,
            force);
        return Changes(
            command,
            app,
            domain,
            asking => (
                Way: Transport.Parse(asking.Parse.GetRequiredValue(transport)),
                Reset: asking.Parse.GetValue(force) | Arguments.OneOf(asking.Parse.GetValue(old), "force") is not null),
            (s, name, wanted) => DomainDefaults.SetTransport(s, name, wanted.Way, wanted.Reset));
    }

    /// <summary>What is alike in all of them.</summary>
    private static VmmCommand Changes<T>(
        VmmCommand command, App app, Argument<string> domain, Func<Asking, T> ask, Func<Session, DomainName, T, ChangedDomain> act) =>
        command.Changes(app, new Change<(DomainName Name, T Wanted), ChangedDomain>(
            parse => parse.GetRequiredValue(domain),
            asking => (DomainName.Refer(asking.Parse.GetRequiredValue(domain)), ask(asking)),
            (s, wanted) => act(s, wanted.Name, wanted.Wanted),
            _ => "",
            JsonContext.Default.ChangedDomain));
}
