using System.CommandLine;

namespace Vmm;

/// <summary>What <c>relocateddelete</c> changed.</summary>
internal sealed record DeletedRelocated(string Address);

/// <summary>relocatedadd, relocatedinfo, relocateddelete, listrelocated.</summary>
internal static class RelocatedCommands
{
    internal static IEnumerable<Command> All(App app) =>
    [
        Add(app),
        AddressCommands.Info(app, "relocatedinfo", "ri", "show where a user has moved to", "relocated"),
        Delete(app),
        AddressCommands.List(app, "listrelocated", "lr", "relocated users", "relocated", Relocations.ListAsync),
    ];

    private static Command Add(App app)
    {
        var address = Arguments.Address();
        var destination = new Argument<string>("newaddress") { Description = "where the user has moved to" };
        var command = Arguments.Command("relocatedadd", "ra", "tell senders where a user has moved to", address, destination);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            _ => (Address: EmailAddress.Parse(parse.GetRequiredValue(address)), Destination: Destination.Parse(parse.GetRequiredValue(destination))),
            (s, wanted) => Relocations.AddAsync(s, wanted.Address, wanted.Destination),
            _ => "",
            JsonContext.Default.RelocatedInfo,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command Delete(App app)
    {
        var address = Arguments.Address();
        var command = Arguments.Command("relocateddelete", "rd", "delete a relocated user", address);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            _ => EmailAddress.Refer(parse.GetRequiredValue(address)),
            async (s, wanted) => new DeletedRelocated(await Relocations.DeleteAsync(s, wanted)),
            _ => "",
            JsonContext.Default.DeletedRelocated,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

}
