using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <content>Mail directories.</content>
internal static partial class Findings
{
    private const string FromBackup = "restore it from a backup";
    private const string Renamed = ", so that one account of a domain can rename the home of another";

    internal static Finding StagingDirectory(string path) =>
        OfPath(FindingCode.StagingDirectory, path, "a command was interrupted while it created this", "vmm check --repair");

    internal static Finding MisplacedHome(string path, long uid) => OfPath(
        FindingCode.MisplacedHome,
        path,
        $"a rename was interrupted: the home of account {uid} may not be where its row says, and then its mail is deferred",
        "vmm check --repair");

    internal static Finding UnfinishedTrash(string path) => OfPath(
        FindingCode.UnfinishedTrash,
        path,
        "a command was interrupted while mail went into the trash or came from there",
        "vmm check --repair");

    internal static Finding DamagedTrash(string path, string reason) => OfPath(
        FindingCode.DamagedTrash,
        path,
        $"mail in the trash cannot be brought back: {reason}",
        "restore the file from a backup; or add the account again, and move the mail into its home by hand");

    internal static Finding HomeOfOtherDomain(string path, string address) => OfPath(
        FindingCode.ForeignHome,
        path,
        $"by its name it is the home of '{address}', which belongs to a different domain",
        "compare it with the home of that account: it may be its only mail");

    internal static Finding RemovalDirectory(string path) => OfPath(
        FindingCode.RemovalDirectory, path, "its account or domain is deleted; the removal was interrupted", "vmm check --repair");

    /// <param name="path">Of the directory.</param>
    /// <param name="owner">What it lacks: domain or account.</param>
    internal static Finding OrphanDirectory(string path, string owner) => OfPath(
        FindingCode.OrphanDirectory,
        path,
        $"no {owner} has this directory",
        $"check that nobody needs it, then rm -r {FileName.Quote(path)}");

    internal static Finding MissingDirectory(ExpectedDomain domain, UnixFileMode mode)
    {
        var path = DomainPath.Plain(domain.Directory);
        return OfPath(
            FindingCode.MissingDirectory,
            path,
            $"the directory of the domain '{domain.Name}' is not there",
            $"{FromBackup}, or: {Install(path, 0, domain.Gid, mode)}");
    }

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

    /// <param name="path">Of a domain or a home.</param>
    /// <param name="reason">Which id is missing.</param>
    internal static Finding UnmappedId(string path, string reason) => OfPath(FindingCode.UnmappedId, path, reason, IdMap.Remedy);

    /// <param name="path">Of a home, or of the mailbox in it.</param>
    /// <param name="account">Whose it is by its name.</param>
    /// <param name="owner">Whose it is by its owner.</param>
    internal static Finding ForeignHome(string path, string account, string owner) => OfPath(
        FindingCode.ForeignHome,
        path,
        $"by its name it is the directory of '{account}', and it belongs to '{owner}'",
        "find out whose mail it is: homes that were exchanged get their names back, each the uid of its owner");

    internal static Finding WrongMode(string path, UnixFileMode mode, OwnerAndMode correct) => OfPath(
        FindingCode.WrongMode,
        path,
        $"it has mode {Octal(mode)}, not {Octal(correct.Mode)}"
        + (correct.Uid == 0 && LetsOthersWrite(mode) && !LetsOthersWrite(correct.Mode) ? Renamed : ""),
        $"chmod {Octal(correct.Mode)} {FileName.Quote(path)}") with
    { Correct = correct };

    /// <param name="mode">What is configured.</param>
    internal static Finding WritableDirectories(UnixFileMode mode) => Make(
        FindingCode.WritableDirectories,
        SettingOptions.DomainDirectoryMode.Key,
        $"it is {Octal(mode)}{Renamed}",
        $"vmm configset {SettingOptions.DomainDirectoryMode.Key} {Octal(mode & ~Posix.OthersWrite)} && vmm check --repair");

    /// <summary>Whether more than the owner may add, rename and remove names in a directory.</summary>
    internal static bool LetsOthersWrite(UnixFileMode mode) => (mode & Posix.OthersWrite) != 0;

    internal static Finding UnsafePath(string path, VmmException refusal) =>
        OfPath(FindingCode.UnsafePath, path, refusal.Message, "find out who put it there, and restore the directory");

    /// <param name="domain">Whose mail is where vmm cannot manage it.</param>
    /// <param name="settings">Name the base directory and the database.</param>
    internal static Finding ForeignPlace(ExpectedDomain domain, Settings settings)
    {
        var place = DomainPath.ForNew(DomainPath.Plain(settings.BaseDirectory), domain.Gid);
        // Nobody should move /etc because a row says so.
        var facts = Posix.FactsAt(domain.Directory);
        var isOurs = !domain.Directory.Contains("/..", StringComparison.Ordinal)
            && (facts is null || facts is { IsDirectory: true, Uid: 0 } && facts.Value.Gid == domain.Gid);
        return OfPath(
            FindingCode.UnsafePath,
            domain.Directory,
            DomainPath.Refusal(domain.Directory, domain.Gid).Message,
            isOurs
                ? $"while Dovecot is stopped: install -d -m 0751 {FileName.Quote($"{place.Base}/{place.Hash}")} && "
                + $"mv -T {FileName.Quote(domain.Directory)} {FileName.Quote(place.ToString())} && "
                + PsqlCommand.Of(settings.Database, BaseSql.MoveDomain(domain.Gid, place.ToString()))
                : $"find out where the mail of '{domain.Name}' is, and correct domaindir in table domain_data");
    }

    /// <param name="path">Of a domain or a home.</param>
    /// <param name="root">The base directory.</param>
    internal static Finding MountedDirectory(string path, string root) => OfPath(
        FindingCode.MountedDirectory,
        path,
        "it is a file system of its own, so that vmm can neither add nor remove mailboxes in it",
        $"mount that at {FileName.Quote(root)}, or at a directory above it");

    internal static Finding LinkedBase(string path) => OfPath(
        FindingCode.UnsafePath,
        path,
        "the base directory is a symbolic link, which vmm does not follow",
        Folder.MountInstead(path));

    /// <param name="path">Of a directory above those of domains.</param>
    /// <param name="facts">Its owner and mode.</param>
    internal static Finding ClosedDirectory(string path, FileFacts facts)
    {
        var isForGroup = DirectoriesAbove.IsForGroup(facts);
        return Make(
            FindingCode.ClosedDirectory,
            FileName.Show(path),
            $"only root{(isForGroup ? $" and the group {facts.Gid}" : "")} can enter it (mode {Octal(facts.Mode)}): "
            + (isForGroup
                ? "unless Dovecot's mail_access_groups has that group, accounts below it get no mail and cannot read any"
                : "accounts below it get no mail and cannot read any"),
            $"chmod o+x {FileName.Quote(path)}",
            isForGroup ? Severity.Warning : Severity.Error);
    }

    internal static Finding UnreadableDirectory(string path, VmmException failure) =>
        OfPath(FindingCode.UnreadableDirectory, path, failure.Message, "repair the file system");

    private static Finding OfPath(FindingCode code, string path, string message, string remedy) =>
        Make(code, FileName.Show(path), message, remedy);

    private static string Install(string path, long uid, long gid, UnixFileMode mode) =>
        $"install -d -o {uid} -g {gid} -m {Octal(mode)} {FileName.Quote(path)}";

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
