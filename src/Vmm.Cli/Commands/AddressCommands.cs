using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>
/// The commands that are alike for accounts, aliases and relocated users: info and list; and listaddresses for all of them.
/// </summary>
internal static class AddressCommands
{
    /// <summary>What the details of every info command say.</summary>
    internal const string OtherKind = "If the address is of a different kind, vmm shows that instead, with a warning.";

    internal static Subcommand[] All => [new("listaddresses", "ll", "list addresses", ListAll)];

    private static void ListAll(VmmCommand command, App app)
    {
        command.Details = "Lists accounts, aliases and relocated users together, under every name of their domain, each with a "
            + $"letter for its kind. {ListOptions.Help}";
        List(command, app, "addresses", "addresses", AddressLookup.List, AddressText.ListLineOfAll);
    }

    /// <summary>Shows what an address is; <paramref name="kind"/> is what was asked for.</summary>
    internal static void Info(VmmCommand command, App app, AddressKind kind, string names, string[] words)
    {
        var address = Arguments.Address(names);
        var details = Arguments.Details(words);
        var old = Arguments.Old("details");
        command.Takes(words.Length == 0 ? [address] : [address, old, details]);
        command.Reads(
            app,
            asking => (
                Address: EmailAddress.Refer(asking.Get(address)),
                Details: Details(words.Length == 0 ? null : Arguments.OneOf(Arguments.Either(asking.Parse, details, old), words))),
            (s, request) => AddressLookup.Find(s, request.Address, kind, request.Details),
            AddressText.Info,
            () => CommandJson.Default.AddressInfo);
    }

    private static AccountDetails Details(string? word) => word switch
    {
        "aliases" => AccountDetails.Aliases,
        "du" => AccountDetails.DiskUsage,
        "full" => AccountDetails.All,
        _ => AccountDetails.None,
    };

    /// <summary>Lists addresses; <paramref name="complete"/> reads <paramref name="more"/> options.</summary>
    internal static void List(
        VmmCommand command,
        App app,
        string title,
        string json,
        Func<Session, AddressListPage, IEnumerable<AddressListItem>> act,
        Func<AddressListItem, string> line,
        Option[]? more = null,
        Func<Asking, AddressListPage, AddressListPage>? complete = null)
    {
        var options = new ListOptions();
        command.Example = $"{command.Name} --pattern '%user%@example.com'";
        command.Codes = [ErrorCode.DomainInvalid, ErrorCode.LocalPartInvalid];
        command.Takes([.. options.All, .. more ?? []]);
        command.Lists(
            app,
            asking => complete is null ? options.Addresses(asking.Parse) : complete(asking, options.Addresses(asking.Parse)),
            act,
            new ListShape<AddressListItem>(title, options.HasPattern, json, line, () => CommandJson.Default.AddressListItem));
    }
}
