using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>trashlist, trashshow, trashrestore, trashpurge; also as two words, such as 'trash list'.</summary>
internal static class TrashCommands
{
    /// <summary>The first of two words.</summary>
    private const string FirstWord = "trash";

    internal static Subcommand[] All { get; } =
    [
        new("trashlist", "", "list deleted accounts and domains in the trash", List),
        new("trashshow", "", "show what was deleted", Show),
        new("trashrestore", "", "bring back a deleted account or domain with its mail", Restore),
        new("trashpurge", "", "remove deleted mail for good", Purge),
    ];

    /// <summary>The line with the two words of such a command as one.</summary>
    internal static string[] Join(string[] args)
    {
        var at = Array.IndexOf(args, FirstWord);
        return at >= 0 && at + 1 < args.Length && All.Any(c => c.Name == FirstWord + args[at + 1])
            ? [.. args[..at], FirstWord + args[at + 1], .. args[(at + 2)..]]
            : args;
    }

    private static Argument<string> What() => new("what")
    {
        Description = "an address, a domain, or the number of the change that deleted it",
    };

    private static void List(VmmCommand command, App app)
    {
        var limit = ListOptions.Limit();
        command.Details = "Lists what userdelete and domaindelete put into the trash, the latest first: number of the change, "
            + "time, administrator, domain or account, and the day from which trashpurge takes it (account.trash_days).";
        command.Example = "trashlist";
        command.Takes(limit);
        command.Lists(
            app,
            asking => asking.Get(limit),
            Trash.List,
            new ListShape<TrashInfo>(
                "changes in the trash", _ => false, "deleted", TrashText.Line, () => CommandJson.Default.TrashInfo));
    }

    private static void Show(VmmCommand command, App app)
    {
        var what = What();
        command.Details = "Shows the rows that were deleted together, with their properties. Passwords are not shown.";
        command.Example = "trashshow user@example.com";
        command.Codes = [ErrorCode.NotInTrash];
        command.Takes(what);
        command.Reads(
            app,
            asking => asking.Get(what),
            Trash.Show,
            TrashText.Details,
            () => CommandJson.Default.TrashDetails);
    }

    private static void Restore(VmmCommand command, App app)
    {
        var what = What();
        var @as = new Option<string?>("--as") { HelpName = "address", Description = "give the account this address" };
        command.Details = "Brings back the account or the domain with its uid or gid, password, quota and all other settings, its "
            + "mail, and the destinations of aliases and catch-alls that led to it and were deleted with it; with --as these lead "
            + "to its new address. It is the undo of the deletion, and can be undone itself.";
        command.Example = "trashrestore user@example.com";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.AliasExists, ErrorCode.DomainDirectoryGroup,
            ErrorCode.DomainIsAlias, ErrorCode.LocalPartInvalid, ErrorCode.LocalPartTooLong, ErrorCode.NoSuchDomain,
            ErrorCode.RelocatedExists, ErrorCode.AliasLoop, ErrorCode.NotUndone, ErrorCode.NotInTrash,
        ];
        command.Takes(what, @as);
        command.Changes(app, new Change<(string What, EmailAddress? As), Undone>
        {
            Target = asking => asking.Get(what),
            Ask = asking => (asking.Get(what), asking.Get(@as) is { } address ? EmailAddress.Parse(address) : null),
            Act = (s, request) => Trash.Restore(s, request.What, request.As),
            Say = UndoCommand.Say,
            Json = () => CommandJson.Default.Undone,
            Details = undone => $"changes {string.Join(' ', undone.Changes)}",
        });
    }

    private static Done<PurgedTrash> Purge(Asking asking, Noted noted, PurgeRequest request)
    {
        var bar = new Progress(asking.Terminal);
        PurgedTrash Run() => Trash.Purge(asking.Settings, request, bar.Show, asking.Interrupted);
        var purged = request.IsDry ? Run() : noted.Do(
            request.What ?? "",
            Run,
            done => done.Removed.Count == 0 ? null : string.Join(' ', done.Removed.Select(r => r.Object)));
        return new Done<PurgedTrash>(purged, Warnings: noted.Warnings);
    }

    private static void Purge(VmmCommand command, App app)
    {
        var what = What();
        what.Arity = ArgumentArity.ZeroOrOne;
        var all = new Option<bool>("--all") { Description = "everything in the trash" };
        command.Details = "Removes the mail and the rows of what was deleted: without an argument, of all that has been in the "
            + "trash for account.trash_days. An address or a domain that was deleted together with others goes only with all of "
            + "them, by the number of the change. There is no way back. When it is interrupted, the next run goes on.";
        command.Example = "trashpurge";
        command.Codes = [ErrorCode.NotInTrash];
        command.Takes(what, all, Arguments.DryRun);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetResult(what) is { Tokens.Count: > 0 })
            {
                result.AddError($"'{all.Name}' excludes the argument '{what.Name}'");
            }
        });
        command.Works(app, new Work<PurgeRequest, PurgedTrash>
        {
            Ask = asking => new PurgeRequest(asking.Get(what), asking.Get(all), asking.Get(Arguments.DryRun)),
            Act = Purge,
            Say = (request, purged) => TrashText.Purged(request, purged),
            Json = () => CommandJson.Default.PurgedTrash,
        });
    }
}
