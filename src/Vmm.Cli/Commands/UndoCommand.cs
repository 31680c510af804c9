using System.CommandLine;
using System.Globalization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>undo.</summary>
internal static class UndoCommand
{
    private const int MostShown = 20;

    internal static Subcommand One => new("undo", "", "undo changes: rows and mail", Declare);

    /// <summary>What became of each object.</summary>
    internal static string Say(Undone undone)
    {
        var left = undone.Objects.Count - MostShown;
        return string.Concat(undone.Objects.Take(MostShown).Select(o => TextBlock.OneLine(Line(o)) + "\n"))
            + (left > 0 ? $"and {left} more\n" : "");
    }

    /// <summary>What was done to an object.</summary>
    internal static string Line(UndoneObject o) =>
        o.Was is null ? $"{o.Action} {o.Kind} {o.Object}"
            : o.Action == "added" ? $"{o.Action} {o.Kind} {o.Object}, which was {o.Was}"
            : $"{o.Action} {o.Kind} {o.Was} to {o.Object}";

    private static void Declare(VmmCommand command, App app)
    {
        var ids = new Argument<long[]>("change")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "the number of a change, as 'vmm journal' lists it; without any, your last change",
        };
        command.Details = "Makes every object as it was before these changes; 'vmm journal NUMBER' shows what that would be. What "
            + "others have changed since stays. Where that cannot be, nothing is done, and the message names the change that is "
            + "to be undone first. Mail of deleted accounts and domains comes back from the trash, or is where it was; mail of "
            + "what was added goes into the trash. An undo is a change like any other, and can be undone itself. Without a number "
            + "vmm shows your last change, and asks.";
        command.Example = "undo 4711";
        command.Codes =
        [
            ErrorCode.AliasExceedsExpansionLimit, ErrorCode.DomainDirectoryGroup, ErrorCode.MaildirPermission,
            ErrorCode.DirectoryNotRemoved, ErrorCode.AliasLoop, ErrorCode.NoSuchChange, ErrorCode.NotUndone,
        ];
        command.Takes(ids, Arguments.Yes);
        command.Changes(app, new Change<long[], Undone>
        {
            Target = asking => string.Join(' ', asking.Get(ids) ?? []),
            Ask = asking => asking.Get(ids) is { Length: > 0 } given ? [.. given.Distinct()] : [Last(asking, app)],
            Act = Undo.Run,
            Say = Say,
            Json = () => CommandJson.Default.Undone,
            Details = undone => $"changes {string.Join(' ', undone.Changes)}, {Errors.Count(undone.Objects.Count, "object")}",
        });
    }

    private static long Last(Asking asking, App app)
    {
        var login = SpokenLine.Author(asking.Parse).Login ?? "";
        var last = Session.Read(asking.Settings, s => Undo.Last(s, login), app.Interrupted);
        if (!asking.Get(Arguments.Yes) && !asking.Get(Arguments.DryRun))
        {
            Confirmation.Require(app.Terminal, string.Create(CultureInfo.InvariantCulture, $"Undo change {last.Change.Change}?"),
                JournalText.Details(last));
        }

        return last.Change.Change;
    }
}
