using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>catchalladd, catchallinfo, catchalldelete.</summary>
internal static class CatchAllCommands
{
    internal static Subcommand[] All =>
    [
        new("catchalladd", "caa", "add a catch-all: where mail to unknown addresses goes", Add),
        new("catchallinfo", "cai", "show the catch-all of a domain", Info),
        new("catchalldelete", "cad", "delete a catch-all, or some of its destinations", Delete),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        command.Details = "The catch-all receives what is addressed to no account, alias or relocated user of the domain, "
            + "under all its names. That includes user+tag, where Postfix has a recipient_delimiter, even if user exists. "
            + Arguments.DestinationHelp;
        command.Example = "catchalladd example.com user@example.com";
        command.Codes =
        [
            ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasLoop, ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid,
        ];
        command.Takes(domain, destinations);
        command.Changes(app, new Change<(DomainName Name, List<Destination> Destinations), AddedCatchAll>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => (DomainName.Refer(asking.Get(domain)), [.. asking.Get(destinations).Select(Destination.Parse)]),
            Act = (s, request) => CatchAlls.Add(s, request.Name, request.Destinations),
            Json = () => CommandJson.Default.AddedCatchAll,
        });
        command.AlsoFromFile(app, new FileLines<NewCatchAll>(
            "fqdn, destination, [more destinations]",
            (_, fields) => new NewCatchAll(DomainName.Refer(fields[0]), [.. fields.Skip(1).Select(Destination.Parse)]),
            CatchAllBatch.Add));
    }

    private static void Info(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        command.Details = "Shows the destinations.";
        command.Example = "catchallinfo example.com";
        command.Codes = [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain];
        command.Takes(domain);
        command.Reads(
            app,
            asking => DomainName.Refer(asking.Get(domain)),
            CatchAlls.Info,
            DomainText.CatchAll,
            () => CommandJson.Default.CatchAllInfo);
    }

    private static void Delete(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var destinations = Arguments.Destinations(ArgumentArity.ZeroOrMore);
        command.Details = "With destinations, only these are deleted; the catch-all goes with its last destination.";
        command.Example = "catchalldelete example.com";
        command.Codes = [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain];
        command.Takes(domain, destinations);
        command.Changes(app, new Change<(DomainName Name, List<Destination> Destinations), DeletedCatchAll>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => (DomainName.Refer(asking.Get(domain)), [.. (asking.Get(destinations) ?? []).Select(Destination.Refer)]),
            Act = (s, request) => CatchAlls.Delete(s, request.Name, request.Destinations),
            Json = () => CommandJson.Default.DeletedCatchAll,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAlias),
        });
    }
}
