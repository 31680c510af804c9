using System.CommandLine;

namespace Vmm;

/// <summary>aliasadd, aliasinfo, aliasdelete, listaliases.</summary>
internal static class AliasCommands
{
    internal static IEnumerable<Command> All(App app) =>
    [
        Add(app),
        AddressCommands.Info(app, "aliasinfo", "ai", "show an alias", "alias"),
        Delete(app),
        AddressCommands.List(app, "listaliases", "la", "aliases", "aliases", Aliases.ListAsync),
    ];

    private static Command Add(App app)
    {
        var address = Arguments.Address();
        var destinations = Arguments.Destinations(ArgumentArity.OneOrMore);
        var command = Arguments.Command("aliasadd", "aa", "add an alias, or destinations to it", address, destinations);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            _ => (Address: EmailAddress.Parse(parse.GetRequiredValue(address)), Destinations: parse.GetRequiredValue(destinations).Select(Destination.Parse).ToList()),
            (s, wanted) => Aliases.AddAsync(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.AddedAlias,
            parse.GetRequiredValue(address),
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
            _ => (Address: EmailAddress.Refer(parse.GetRequiredValue(address)), Destinations: (parse.GetValue(destinations) ?? []).Select(Destination.Refer).ToList()),
            (s, wanted) => Aliases.DeleteAsync(s, wanted.Address, wanted.Destinations),
            _ => "",
            JsonContext.Default.DeletedAlias,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }
}
