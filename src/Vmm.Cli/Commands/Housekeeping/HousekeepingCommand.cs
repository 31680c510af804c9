using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Housekeeping;

/// <summary>housekeeping.</summary>
internal static class HousekeepingCommand
{
    internal static Subcommand One => new(
        "housekeeping", "", "purge the trash, prune the journal, check, and mail what is newly found", Declare);

    private static void Declare(VmmCommand command, App app)
    {
        command.Details = "Does what is due each day: removes what has been in the trash for account.trash_days, changes that are "
            + "older than journal.days, and password hashes that were kept for journal.secret_days; then it checks as 'vmm check' "
            + "does and shows what is new (+) and what is gone (-) since the last housekeeping. If something changed, "
            + "housekeeping.mail_to gets it by mail. A step that fails does not keep the others from being done; the exit status "
            + "is that of the first that failed, and 0 whatever the check found. Nothing is printed when there was nothing to do. "
            + "When it is interrupted, the next run goes on. The systemd timer vmm-housekeeping runs it each night, once you have "
            + "enabled it.";
        command.Example = "housekeeping";
        command.Codes =
        [
            ErrorCode.NotExecutable, ErrorCode.NoSuchBinary, ErrorCode.NoSuchDirectory, ErrorCode.VmmError, ErrorCode.UnsafePath,
        ];
        command.Takes(Arguments.DryRun);
        command.Works(app, new Work<bool, HousekeepingResult>
        {
            Ask = asking => asking.Get(Arguments.DryRun),
            Act = HousekeepingRun.Act,
            Say = HousekeepingText.Describe,
            Json = () => HousekeepingJson.Default.HousekeepingResult,
            Status = (_, result) => result.Failed.Count > 0 ? result.Failed[0].Status : 0,
        });
    }
}
