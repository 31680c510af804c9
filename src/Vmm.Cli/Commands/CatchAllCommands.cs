using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>catchalladd, catchallinfo, catchalldelete.</summary>
internal static class CatchAllCommands
{
    internal static IEnumerable<VmmCommand> All(App app) => [Add(app), Info(app), Delete(app)];

    private static VmmCommand Add(App app)
    {
        var domain = Arguments.Domain();
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        var command = Arguments.Command(
            "catchalladd",
            "caa",
            "send mail for all unknown addresses of a domain somewhere",
            "catchalladd example.com user@example.com",
            [ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasLoop, ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid],
            domain,
            destinations);
        return command.Changes(app, new Change<(DomainName Name, List<Destination> Destinations), AddedCatchAll>(
            parse => parse.GetRequiredValue(domain),
            asking => (
                DomainName.Refer(asking.Parse.GetRequiredValue(domain)),
                [.. asking.Parse.GetRequiredValue(destinations).Select(Destination.Parse)]),
            (s, wanted) => CatchAlls.Add(s, wanted.Name, wanted.Destinations),
            _ => "",
            JsonContext.Default.AddedCatchAll)).AlsoFromFile(
                app,
                new FileLines<(DomainName Name, List<Destination> Destinations)>(
                    "fqdn, destination, [more destinations]",
                    (_, fields) => (DomainName.Refer(fields[0]), [.. fields.Skip(1).Select(Destination.Parse)]),
                    (s, bulk) => bulk.Add(s, (one, line) => CatchAlls.Add(one, line.Name, line.Destinations))),
                2,
                int.MaxValue);
    }

    private static VmmCommand Info(App app)
    {
        var domain = Arguments.Domain();
        var command = Arguments.Command(
            "catchallinfo", "cai", "show the catch-all of a domain", "catchallinfo example.com", [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain], domain);
        return command.Reads(
            app,
            asking => DomainName.Refer(asking.Parse.GetRequiredValue(domain)),
            CatchAlls.Info,
            DomainText.CatchAll,
            JsonContext.Default.CatchAllInfo);
    }

    private static VmmCommand Delete(App app)
    {
        var domain = Arguments.Domain();
        var destinations = Arguments.Destinations(ArgumentArity.ZeroOrMore);
        var command = Arguments.Command(
            "catchalldelete",
            "cad",
            "delete a catch-all, or some of its destinations",
            "catchalldelete example.com",
            [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain],
            domain,
            destinations);
        return command.Changes(app, new Change<(DomainName Name, List<Destination> Destinations), DeletedCatchAll>(
            parse => parse.GetRequiredValue(domain),
            asking => (
                DomainName.Refer(asking.Parse.GetRequiredValue(domain)),
                [.. (asking.Parse.GetValue(destinations) ?? []).Select(Destination.Refer)]),
            (s, wanted) => CatchAlls.Delete(s, wanted.Name, wanted.Destinations),
            _ => "",
            JsonContext.Default.DeletedCatchAll)
        {
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAlias),
        });
    }
}
