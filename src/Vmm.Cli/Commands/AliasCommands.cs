using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>aliasadd, aliasinfo, aliasdelete, listaliases.</summary>
internal static class AliasCommands
{
    internal static IEnumerable<VmmCommand> All(App app) =>
    [
        Add(app),
        AddressCommands.Info(app, "aliasinfo", "ai", "show an alias", "aliasinfo info@example.com", ErrorCode.NoSuchAlias, AddressKind.Alias, []),
        Delete(app),
        AddressCommands.List(app, "listaliases", "la", "aliases", "aliases", Aliases.List, AddressText.ListLine),
    ];

    private static VmmCommand Add(App app)
    {
        var address = Arguments.Address();
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        var command = Arguments.Command(
            "aliasadd",
            "aa",
            "add an alias, or destinations to it",
            "aliasadd info@example.com user@example.com friend@example.org",
            [
                ErrorCode.AccountExists, ErrorCode.RelocatedExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasLoop, ErrorCode.DomainIsAlias,
                ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid,
            ],
            address,
            destinations);
        return command.Changes(app, new Change<(EmailAddress Address, List<Destination> Destinations), AddedAlias>(
            parse => parse.GetRequiredValue(address),
            asking => (
                EmailAddress.Parse(asking.Parse.GetRequiredValue(address)),
                [.. asking.Parse.GetRequiredValue(destinations).Select(Destination.Parse)]),
            (s, wanted) => Aliases.Add(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.AddedAlias)).AlsoFromFile(
                app,
                new FileLines<(EmailAddress Address, List<Destination> Destinations)>(
                    "address, destination, [more destinations]",
                    (_, fields) => (EmailAddress.Parse(fields[0]), [.. fields.Skip(1).Select(Destination.Parse)]),
                    (s, bulk) => bulk.Add(s, (one, line) => Aliases.Add(one, line.Address, line.Destinations))),
                2,
                int.MaxValue);
    }

    private static VmmCommand Delete(App app)
    {
        var address = Arguments.Address();
        var destinations = Arguments.Destinations(ArgumentArity.ZeroOrMore);
        var command = Arguments.Command(
            "aliasdelete",
            "ad",
            "delete an alias, or some of its destinations",
            "aliasdelete info@example.com friend@example.org",
            [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain],
            address,
            destinations);
        return command.Changes(app, new Change<(EmailAddress Address, List<Destination> Destinations), DeletedAlias>(
            parse => parse.GetRequiredValue(address),
            asking => (
                EmailAddress.Refer(asking.Parse.GetRequiredValue(address)),
                [.. (asking.Parse.GetValue(destinations) ?? []).Select(Destination.Refer)]),
            (s, wanted) => Aliases.Delete(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.DeletedAlias)
        {
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAlias),
        });
    }
}
