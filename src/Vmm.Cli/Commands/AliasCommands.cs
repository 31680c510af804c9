using System.CommandLine;

namespace Vmm;

/// <summary>aliasadd, aliasinfo, aliasdelete, listaliases.</summary>
internal static class AliasCommands
{
    internal static IEnumerable<Command> All(App app) => [Add(app), Info(app), Delete(app), List(app)];

    private static Command Add(App app)
    {
        var address = Arguments.Address();
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        var command = Arguments.Command("aliasadd", "aa", "add an alias, or destinations to it", address, destinations);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            _ => (Address: EmailAddress.Parse(parse.GetRequiredValue(address)), Destinations: Parse(parse.GetRequiredValue(destinations))),
            (s, wanted) => Aliases.AddAsync(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.AddedAlias,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command Info(App app)
    {
        var address = Arguments.Address();
        var command = Arguments.Command("aliasinfo", "ai", "show an alias", address);
        command.SetAction((parse, ct) => app.ReadAsync(
            parse,
            s => AddressInfos.FindAsync(s, EmailAddress.Refer(parse.GetRequiredValue(address)), "alias"),
            AddressText.Info,
            JsonContext.Default.AddressInfo,
            ct));
        return command;
    }

    private static Command Delete(App app)
    {
        var address = Arguments.Address();
        var destinations = Arguments.Destinations(ArgumentArity.ZeroOrMore);
        var command = Arguments.Command("aliasdelete", "ad", "delete an alias, or some of its destinations", address, destinations);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            _ => (Address: EmailAddress.Refer(parse.GetRequiredValue(address)), Destinations: Parse(parse.GetValue(destinations) ?? [])),
            (s, wanted) => Aliases.DeleteAsync(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.DeletedAlias,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command List(App app)
    {
        var pattern = Arguments.Pattern();
        var command = Arguments.Command("listaliases", "la", "list aliases", pattern);
        command.SetAction((parse, ct) => app.ListAsync(
            parse,
            s => Aliases.ListAsync(s, parse.GetValue(pattern)),
            new ListShape<AddressListItem>(
                "aliases", !string.IsNullOrEmpty(parse.GetValue(pattern)), "aliases", AddressText.ListLine, JsonContext.Default.AddressListItem),
            ct));
        return command;
    }

    private static List<Destination> Parse(string[] destinations) => [.. destinations.Select(Destination.Parse)];
}
