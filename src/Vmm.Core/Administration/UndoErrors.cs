using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Administration;

/// <summary>Why changes cannot be undone.</summary>
internal static class UndoErrors
{
    private const int MostShown = 3;

    /// <summary>97: they came to nothing, or what they did is gone from the journal.</summary>
    internal static VmmException Nothing(IReadOnlyCollection<long> changes) => new(
        ErrorCode.NotUndone,
        $"there is nothing to undo in {Words(changes)}",
        "What it changed was changed back within it, or the journal does not have it any more.");

    /// <summary>97.</summary>
    /// <param name="changes">What was to be undone.</param>
    /// <param name="obstacles">All of them.</param>
    /// <param name="isRestore">
    /// Whether it is for an account of the trash: to undo what was added since would delete what may be somebody's live account.
    /// </param>
    internal static VmmException Obstacles(
        IReadOnlyCollection<long> changes, IReadOnlyList<UndoObstacle> obstacles, bool isRestore)
    {
        long[] first = [.. obstacles.Select(o => o.Change).OfType<long>().Distinct().OrderDescending()];
        var final = obstacles.FirstOrDefault(o => o.Change is null);
        var told = string.Join("; ", obstacles.Take(MostShown).Select(Describe));
        return new VmmException(
            ErrorCode.NotUndone,
            $"{Words(changes)} cannot be undone: {told}"
            + (obstacles.Count > MostShown ? $"; and {obstacles.Count - MostShown} more" : ""),
            isRestore && obstacles.Any(o => o.Reason is "taken" or "changed" or "domain")
                ? "Bring the account back under another address, with --as ADDRESS."
                : final is null ? $"Undo that first, or together with it: 'vmm undo {string.Join(' ', first.Concat(changes))}'."
                : Hint(final.Reason));
    }

    /// <summary>97: the mail is neither where it was nor in the trash.</summary>
    internal static VmmException NoMail(IReadOnlyCollection<long> changes, string address, string path) => new(
        ErrorCode.NotUndone,
        $"{Words(changes)} cannot be undone: {MailIsGone(address, path)}",
        "Restore it from a backup to that place, or add the account anew with 'vmm useradd'.");

    /// <summary>The same as a part of a sentence.</summary>
    internal static string MailIsGone(string address, string path) =>
        $"the mail of '{address}' is neither in '{path}' nor in the trash";

    /// <summary>What is in the way, in words.</summary>
    internal static string Describe(UndoObstacle obstacle)
    {
        var what = $"the {obstacle.Kind} '{obstacle.Name}'";
        var by = obstacle.Change is { } change ? $" by change {change}" : "";
        return obstacle.Reason switch
        {
            "changed" => $"{what} was changed again{by}",
            "taken" => $"there is something with the address of {what} again{by}",
            "domain" => $"the domain of {what} was deleted{by}",
            "account" => $"the account of {what} was deleted{by}",
            "content" => $"{what} got something that is still in it{by}",
            "password" => $"the password of {what} is not kept any more",
            "choice" => $"the database has no row any more for the services or the mail location of {what}",
            "number" => $"another {obstacle.Kind} has the number of {what}",
            _ => $"{what} was changed as no command of vmm does it",
        };
    }

    private static string Hint(string reason) => reason switch
    {
        "password" => "How long passwords are kept says journal.secret_days. Set a new one with 'vmm userpassword', or bring a "
            + "deleted account back from the trash: 'vmm trashlist'.",
        _ => "'vmm journal NUMBER' shows what it did, with the values before it.",
    };

    private static string Words(IReadOnlyCollection<long> changes) =>
        (changes.Count == 1 ? "change " : "changes ") + string.Join(", ", changes);
}
