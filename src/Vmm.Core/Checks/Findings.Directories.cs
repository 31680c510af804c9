using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Checks;

/// <content>Mail directories.</content>
internal static partial class Findings
{
    private const string FromBackup = "restore it from a backup";

    internal static Finding StagingDirectory(string path) =>
        OfPath(FindingCode.StagingDirectory, path, "a command was interrupted while it created this", "vmm check --repair");

    internal static Finding RemovalDirectory(string path) => OfPath(
        FindingCode.RemovalDirectory, path, "its account or domain is deleted; the removal was interrupted", "vmm check --repair");

    /// <param name="path">Of the directory.</param>
    /// <param name="owner">What it lacks: domain or account.</param>
    internal static Finding OrphanDirectory(string path, string owner) => OfPath(
        FindingCode.OrphanDirectory,
        path,
        $"no {owner} has this directory",
        $"check that nobody needs it, then rm -r {FileName.Quote(path)}");

    internal static Finding MissingDirectory(ExpectedDomain domain, UnixFileMode mode) => OfPath(
        FindingCode.MissingDirectory,
        domain.Directory,
        $"the directory of the domain '{domain.Name}' is not there",
        $"{FromBackup}, or: {Install(domain.Directory, 0, domain.Gid, mode)}");

    internal static Finding MissingHome(string path, ExpectedAccount account, string domain, UnixFileMode mode) => OfPath(
        FindingCode.MissingDirectory,
        path,
        $"the home of '{account.LocalPart}@{domain}' is not there",
        $"{FromBackup}, or: {Install(path, account.Uid, account.Gid, mode)}");

    internal static Finding MissingMailbox(string path, ExpectedAccount account) => OfPath(
        FindingCode.MissingDirectory,
        path,
        $"the mailbox of account {account.Uid} is not there",
        $"{FromBackup}, or let Dovecot create it at the next delivery");

    internal static Finding WrongOwner(string path, FileFacts facts, OwnerAndMode correct, long gid) => OfPath(
        FindingCode.WrongOwner,
        path,
        $"it belongs to {facts.Uid}:{facts.Gid}, not to {correct.Uid}:{gid}",
        $"chown -h {correct.Uid}:{gid} {FileName.Quote(path)}") with
    { Correct = correct };

    internal static Finding WrongMode(string path, UnixFileMode mode, OwnerAndMode correct) => OfPath(
        FindingCode.WrongMode,
        path,
        $"it has mode {Octal(mode)}, not {Octal(correct.Mode)}",
        $"chmod {Octal(correct.Mode)} {FileName.Quote(path)}") with
    { Correct = correct };

    internal static Finding UnsafePath(string path, VmmException refusal) =>
        OfPath(FindingCode.UnsafePath, path, refusal.Message, "find out who put it there, and restore the directory");

    internal static Finding UnreadableDirectory(string path, VmmException failure) =>
        OfPath(FindingCode.UnreadableDirectory, path, failure.Message, "repair the file system");

    private static Finding OfPath(FindingCode code, string path, string message, string remedy) =>
        Make(code, FileName.Show(path), message, remedy);

    private static string Install(string path, long uid, long gid, UnixFileMode mode) =>
        $"install -d -o {uid} -g {gid} -m {Octal(mode)} {FileName.Quote(path)}";

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
