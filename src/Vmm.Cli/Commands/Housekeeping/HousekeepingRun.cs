using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Core.Housekeeping;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Housekeeping;

/// <summary>The steps of a housekeeping, one after the other.</summary>
internal sealed class HousekeepingRun
{
    private readonly Asking asking;
    private readonly Noted noted;
    private readonly bool isDry;
    private readonly Progress bar;
    private FindingChanges? found;

    private HousekeepingRun(Asking asking, Noted noted, bool isDry)
    {
        this.asking = asking;
        this.noted = noted;
        this.isDry = isDry;
        bar = new Progress(asking.Terminal);
    }

    /// <summary>Each is tried, whatever became of those before it.</summary>
    private (string Name, Func<HousekeepingResult, HousekeepingResult> Do)[] Steps =>
        [("trash", PurgeTrash), ("journal", PruneJournal), ("check", Check), ("mail", Report)];

    internal static Done<HousekeepingResult> Act(Asking asking, Noted noted, bool isDry)
    {
        using var alone = isDry ? null : HousekeepingLock.Take(asking.Settings);
        var result = new HousekeepingResult();
        List<string> warnings = [];
        foreach (var (name, step) in new HousekeepingRun(asking, noted, isDry).Steps)
        {
            try
            {
                result = step(result);
                warnings.AddRange(noted.Warnings.Except(warnings));
            }
            catch (OperationCanceledException e)
            {
                throw Interrupted(e);
            }
            catch (VmmException e) when (e.Code == ErrorCode.Interrupted)
            {
                throw Interrupted(e);
            }
            catch (VmmException e)
            {
                result = Failed(asking, result, name, BaseDirectory.Explain(asking.Settings, e));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                result = Failed(asking, result, name, new VmmException(
                    ErrorCode.FileSystem, $"a file cannot be used: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", null, e));
            }
        }

        return new Done<HousekeepingResult>(result, Warnings: warnings);
    }

    private static HousekeepingResult Failed(Asking asking, HousekeepingResult result, string step, VmmException e)
    {
        asking.Terminal.Fail(e);
        return result with { Failed = [.. result.Failed, new FailedStep(step, (int)e.Code, e.Message)] };
    }

    private static VmmException Interrupted(Exception cause) =>
        new(ErrorCode.Interrupted, "interrupted", "What was done is kept, and the next run goes on.", cause);

    private HousekeepingResult PurgeTrash(HousekeepingResult result)
    {
        var request = new PurgeRequest(null, All: false, isDry);
        PurgedTrash Run() => Trash.Purge(asking.Settings, request, bar.Show, asking.Interrupted);
        var purged = isDry ? Run() : noted.Do(
            "trash", Run, done => done.Removed.Count == 0 ? null : string.Join(' ', done.Removed.Select(r => r.Object)));
        return result with { Purged = purged.Removed };
    }

    private HousekeepingResult PruneJournal(HousekeepingResult result)
    {
        PrunedJournal Run() => JournalPruning.Run(
            asking.Settings, SpokenLine.Author(asking.Parse), isDry, bar.Show, asking.Interrupted);
        var pruned = isDry ? Run() : noted.Do("journal", Run, done => done.IsEmpty ? null : "journal");
        return result with { Pruned = pruned };
    }

    private HousekeepingResult Check(HousekeepingResult result)
    {
        found = FindingChanges.Look(asking.Settings, bar.Show, asking.Interrupted);
        return result with { New = found.New, Gone = found.Gone };
    }

    /// <summary>Of a check that failed there is nothing to tell.</summary>
    private HousekeepingResult Report(HousekeepingResult result) =>
        isDry || found is null ? result : result with { MailedTo = found.Report(asking.Settings, asking.Interrupted) };
}
