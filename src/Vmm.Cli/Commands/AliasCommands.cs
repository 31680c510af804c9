using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>aliasadd, aliasinfo, aliasdelete, listaliases.</summary>
internal static class AliasCommands
{
    internal static Subcommand[] All =>
    [
        new("aliasadd", "aa", "add an alias, or destinations to it", Add),
        new("aliasinfo", "ai", "show an alias", Info),
        new("aliasdelete", "ad", "delete an alias, or some of its destinations", Delete),
        new("listaliases", "la", "list aliases", List),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.AliasOrNew);
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        command.Details = $"An alias sends mail to its destinations, local or external. {Arguments.DestinationHelp} A loop is "
            + "refused, and so is an alias that expands to more addresses than Postfix allows.";
        command.Example = "aliasadd info@example.com user@example.com friend@example.org";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.RelocatedExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasLoop,
            ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid,
        ];
        command.Takes(address, destinations);
        command.Changes(app, new Change<(EmailAddress Address, List<Destination> Destinations), AddedAlias>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (EmailAddress.Parse(asking.Get(address)), [.. asking.Get(destinations).Select(Destination.Parse)]),
            Act = (s, request) => Aliases.Add(s, request.Address, request.Destinations),
            Json = () => CommandJson.Default.AddedAlias,
        });
        command.AlsoFromFile(app, new FileLines<NewAlias>(
            "address, destination, [more destinations]",
            (_, fields) => new NewAlias(EmailAddress.Parse(fields[0]), [.. fields.Skip(1).Select(Destination.Parse)]),
            AliasBatch.Add));
    }

    private static void Info(VmmCommand command, App app)
    {
        command.Details = $"Shows the destinations. {AddressCommands.OtherKind}";
        command.Example = "aliasinfo info@example.com";
        command.Codes = [ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain];
        AddressCommands.Info(command, app, AddressKind.Alias, Names.Alias, []);
    }

    private static void Delete(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Alias);
        var destinations = Arguments.Destinations(ArgumentArity.ZeroOrMore);
        var force = Arguments.Force("also delete the destinations that name it");
        command.Details = "With destinations, only these are deleted; the alias goes with its last destination. Without them the "
            + "whole alias is deleted. One that another alias or a catch-all still leads to is kept, and the command fails, unless "
            + "--force is given.";
        command.Example = "aliasdelete info@example.com friend@example.org";
        command.Codes = [ErrorCode.AliasPresent, ErrorCode.NoSuchAlias, ErrorCode.NoSuchDomain];
        command.Takes(address, destinations, force);
        command.Changes(app, new Change<(EmailAddress Address, List<Destination> Destinations, bool Force), DeletedAlias>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (
                EmailAddress.Refer(asking.Get(address)),
                [.. (asking.Get(destinations) ?? []).Select(Destination.Refer)],
                asking.Get(force)),
            Act = (s, request) => Aliases.Delete(s, request.Address, request.Destinations, request.Force),
            Json = () => CommandJson.Default.DeletedAlias,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAlias),
        });
    }

    private static void List(VmmCommand command, App app)
    {
        command.Details = $"Lists all aliases, under every name of their domain. {ListOptions.Help}";
        AddressCommands.List(command, app, "aliases", "aliases", Aliases.List, AddressText.ListLine);
    }
}
