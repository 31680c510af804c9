using System.CommandLine;
using Vmm.Cli.Text;
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
    internal static IEnumerable<VmmCommand> All(App app) =>
    [
        Add(app),
        AddressCommands.Info(
            app, "relocatedinfo", "ri", "show where a user has moved to", "relocatedinfo old@example.com", ErrorCode.NoSuchRelocated, AddressKind.Relocated, []),
        Delete(app),
        AddressCommands.List(app, "listrelocated", "lr", "relocated users", "relocated", Relocations.List, AddressText.ListLine),
    ];

    private static VmmCommand Add(App app)
    {
        var address = Arguments.Address();
        var destination = new Argument<string>("newaddress") { Description = "where the user has moved to" };
        var command = Arguments.Command(
            "relocatedadd",
            "ra",
            "tell senders where a user has moved to",
            "relocatedadd old@example.com new@example.org",
            [
                ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.RelocatedExists, ErrorCode.RelocatedIdentical, ErrorCode.DomainIsAlias,
                ErrorCode.DomainInvalid, ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid,
            ],
            address,
            destination);
        return command.Changes(app, new Change<(EmailAddress Address, Destination Destination), RelocatedInfo>(
            parse => parse.GetRequiredValue(address),
            asking => (EmailAddress.Parse(asking.Parse.GetRequiredValue(address)), Destination.Parse(asking.Parse.GetRequiredValue(destination))),
            (s, wanted) => Relocations.Add(s, wanted.Address, wanted.Destination),
            _ => "",
            JsonContext.Default.RelocatedInfo)
        {
            Tolerance = Tolerance.IfNotExists(ErrorCode.RelocatedExists),
        }).AlsoFromFile(
            app,
            new FileLines<(EmailAddress Address, Destination Destination)>(
                "address, newaddress",
                (_, fields) => (EmailAddress.Parse(fields[0]), Destination.Parse(fields[1])),
                (s, bulk) => bulk.Add(s, (one, line) => Relocations.Add(one, line.Address, line.Destination))),
            2,
            2);
    }

    private static VmmCommand Delete(App app)
    {
        var address = Arguments.Address();
        var command = Arguments.Command(
            "relocateddelete",
            "rd",
            "delete a relocated user",
            "relocateddelete old@example.com",
            [ErrorCode.NoSuchRelocated, ErrorCode.NoSuchDomain],
            address);
        return command.Changes(app, new Change<EmailAddress, DeletedRelocated>(
            parse => parse.GetRequiredValue(address),
            asking => EmailAddress.Refer(asking.Parse.GetRequiredValue(address)),
            (s, wanted) => new DeletedRelocated(Relocations.Delete(s, wanted)),
            _ => "",
            JsonContext.Default.DeletedRelocated)
        {
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchRelocated),
        });
    }
}
