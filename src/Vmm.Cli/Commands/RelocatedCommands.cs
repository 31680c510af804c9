using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>What <c>relocateddelete</c> changed.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
internal sealed record DeletedRelocated(string Address);

/// <summary>relocatedadd, relocatedinfo, relocateddelete, listrelocated.</summary>
internal static class RelocatedCommands
{
    internal static Subcommand[] All =>
    [
        new("relocatedadd", "ra", "tell senders where a user has moved to", Add),
        new("relocatedinfo", "ri", "show where a user has moved to", Info),
        new("relocateddelete", "rd", "delete a relocated user", Delete),
        new("listrelocated", "lr", "list relocated users", List),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.NewAddress);
        var destination = new Argument<string>("newaddress") { Description = "where the user has moved to" }
            .Completes(Names.Destination);
        command.Details = "Mail to the address is rejected, and the reply names the new address. Nothing is forwarded: use an "
            + "alias for that.";
        command.Example = "relocatedadd old@example.com new@example.org";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.RelocatedExists, ErrorCode.RelocatedIdentical,
            ErrorCode.DomainIsAlias, ErrorCode.DomainInvalid, ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid,
        ];
        command.Takes(address, destination);
        command.Changes(app, new Change<(EmailAddress Address, Destination Destination), RelocatedInfo>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (EmailAddress.Parse(asking.Get(address)), Destination.Parse(asking.Get(destination))),
            Act = (s, request) => Relocations.Add(s, request.Address, request.Destination),
            Json = () => CommandJson.Default.RelocatedInfo,
            Tolerance = Tolerance.IfNotExists(ErrorCode.RelocatedExists),
        });
        command.AlsoFromFile(app, new FileLines<NewRelocated>(
            "address, newaddress",
            (_, fields) => new NewRelocated(EmailAddress.Parse(fields[0]), Destination.Parse(fields[1])),
            RelocatedBatch.Add));
    }

    private static void Info(VmmCommand command, App app)
    {
        command.Details = $"Shows the new address. {AddressCommands.OtherKind}";
        command.Example = "relocatedinfo old@example.com";
        command.Codes = [ErrorCode.NoSuchRelocated, ErrorCode.NoSuchDomain];
        AddressCommands.Info(command, app, AddressKind.Relocated, Names.Relocated, []);
    }

    private static void Delete(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Relocated);
        command.Details = "From then on mail to the address is rejected as unknown, or goes to the catch-all.";
        command.Example = "relocateddelete old@example.com";
        command.Codes = [ErrorCode.NoSuchRelocated, ErrorCode.NoSuchDomain];
        command.Takes(address);
        command.Changes(app, new Change<EmailAddress, DeletedRelocated>
        {
            Target = asking => asking.Get(address),
            Ask = asking => EmailAddress.Refer(asking.Get(address)),
            Act = (s, request) => new DeletedRelocated(Relocations.Delete(s, request)),
            Json = () => CommandJson.Default.DeletedRelocated,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchRelocated),
        });
    }

    private static void List(VmmCommand command, App app)
    {
        command.Details = $"Lists all relocated users, under every name of their domain. {ListOptions.Help}";
        AddressCommands.List(command, app, "relocated users", "relocated", Relocations.List, AddressText.ListLine);
    }
}
