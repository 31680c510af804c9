using Vmm.Cli.Text;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;




namespace Vmm.Cli.Commands;

/// <summary>The commands that are alike for accounts, aliases and relocated users: info and list; and listaddresses for all of them.</summary>
internal static class AddressCommands
{
    internal static IEnumerable<VmmCommand> All(App app) =>
        [List(app, "listaddresses", "ll", "addresses", "addresses", AddressLookup.List, AddressText.ListLineOfAll)];

    /// <summary>Tells what an address is; <paramref name="kind"/> is what was asked for.</summary>
    internal static VmmCommand Info(
        App app, string name, string alias, string description, string example, ErrorCode missing, AddressKind kind, string[] words)
    {
        var address = Arguments.Address();
        var details = Arguments.Details(words);
        var old = Arguments.Old("details");
        var command = Arguments.Command(
            name, alias, description, example, [missing, ErrorCode.NoSuchDomain], words.Length == 0 ? [address] : [address, old, details]);
        return command.Reads(
            app,
            asking => (
                Address: EmailAddress.Refer(asking.Parse.GetRequiredValue(address)),
                Details: Details(words.Length == 0 ? null : Arguments.OneOf(Arguments.Either(asking.Parse, details, old), words))),
            (s, wanted) => AddressLookup.Find(s, wanted.Address, kind, wanted.Details),
            AddressText.Info,
            JsonContext.Default.AddressInfo);
    }

    private static AccountDetails Details(string? word) => word switch
    {
        "aliases" => AccountDetails.Aliases,
        "du" => AccountDetails.DiskUsage,
        "full" => AccountDetails.All,
        _ => AccountDetails.None,
    };

    /// <summary>Lists addresses.</summary>
    internal static VmmCommand List(
        App app,
        string name,
        string alias,
        string title,
        string json,
        Func<Session, AddressListPage, IEnumerable<AddressListItem>> act,
        Func<AddressListItem, string> line)
    {
        var options = new ListOptions();
        var command = Arguments.Command(
            name, alias, $"list {title}", $"{name} --pattern '%user%@example.com'", [ErrorCode.DomainInvalid, ErrorCode.LocalPartInvalid], options.All);
        return command.Lists(
            app,
            asking => options.Addresses(asking.Parse),
            act,
            new ListShape<AddressListItem>(title, options.HasPattern, json, line, JsonContext.Default.AddressListItem));
    }
}
