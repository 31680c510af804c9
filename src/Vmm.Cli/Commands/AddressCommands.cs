using System.CommandLine;

namespace Vmm;

/// <summary>The commands that are alike for accounts, aliases and relocated users: info and list.</summary>
internal static class AddressCommands
{
    /// <summary>Tells what an address is; <paramref name="kind"/> is what was asked for.</summary>
    internal static Command Info(App app, string name, string alias, string description, string kind, Option<string?>? details = null)
    {
        var address = Arguments.Address();
        var command = Arguments.Command(name, alias, description, details is null ? [address] : [address, details]);
        command.SetAction((parse, ct) => app.ReadAsync(
            parse,
            _ => EmailAddress.Refer(parse.GetRequiredValue(address)),
            (s, wanted) => AddressInfos.FindAsync(s, wanted, kind, details is null ? null : parse.GetValue(details)),
            AddressText.Info,
            JsonContext.Default.AddressInfo,
            ct));
        return command;
    }

    /// <summary>Lists addresses of one kind.</summary>
    internal static Command List(
        App app, string name, string alias, string title, string json, Func<Session, AddressPattern, IAsyncEnumerable<AddressListItem>> act)
    {
        var pattern = Arguments.Pattern();
        var command = Arguments.Command(name, alias, $"list {title}", pattern);
        command.SetAction((parse, ct) => app.ListAsync(
            parse,
            _ => ListPattern.Address(parse.GetValue(pattern)),
            act,
            new ListShape<AddressListItem>(title, Arguments.HasPattern(parse, pattern), json, AddressText.ListLine, JsonContext.Default.AddressListItem),
            ct));
        return command;
    }
}
