using System.Globalization;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.OldConfiguration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>Compares the rows of the database with the mail directories, in both directions. Changes nothing.</summary>
internal static class DirectoryCheck
{
    /// <summary>A directory that a broken-off command was making.</summary>
    internal const string Staging = "staging-directory";

    /// <summary>A directory that a broken-off command was removing.</summary>
    internal const string Removal = "removal-directory";

    /// <summary>A directory without a row.</summary>
    internal const string Orphan = "orphan-directory";

    /// <summary>A row without its directory.</summary>
    internal const string Missing = "missing-directory";

    /// <summary>A directory that belongs to somebody else.</summary>
    internal const string Owner = "wrong-owner";

    /// <summary>A directory with other permissions than the configuration asks for.</summary>
    internal const string Mode = "wrong-mode";

    /// <summary>A symbolic link or a file where a directory ought to be, or a path in the database that is none of vmm's.</summary>
    internal const string Unsafe = "unsafe-path";

    /// <summary>A directory that cannot be read.</summary>
    internal const string Unreadable = "unreadable-directory";

    private const string Looking = "looking at mail directories";

    /// <summary>
    /// Ordered by path. What other commands are doing just now would look wrong for a moment, so a finding has to hold for two looks,
    /// the second with a transaction of its own.
    /// </summary>
    /// <exception cref="VmmException">56 no base directory.</exception>
    internal static IReadOnlyList<Finding> Run(Session s, Action<string, long, long> progress)
    {
        var first = Look(s, _ => true, progress);
        return first.Count == 0 ? first : [.. first.Intersect(Session.Read(s.Settings, again => Look(again, _ => true, (_, _, _) => { }), s.Ct))];
    }

    /// <summary>Directories that are missing or belong to somebody else, with one look; a base directory that is not there is passed over.</summary>
    internal static IReadOnlyList<Finding> Homes(Session s) =>
        [.. (Look(s, Directory.Exists, (_, _, _) => { })).Where(f => f.Code is Missing or Owner or Unsafe)];

    private static IReadOnlyList<Finding> Look(Session s, Predicate<string> wanted, Action<string, long, long> progress)
    {
        var walk = new Walk(s.Settings, progress);
        foreach (var domain in CheckSql.Domains(s.Tx))
        {
            walk.Domains[domain.Gid] = domain;
        }

        foreach (var account in CheckSql.Accounts(s.Tx))
        {
            walk.Accounts[account.Uid] = account;
        }

        var findings = walk.Run(wanted);
        if (walk.Domains.Count > 0)
        {
            progress(Looking, walk.Domains.Count, walk.Domains.Count);
        }

        return findings;
    }

    private sealed class Walk(Settings settings, Action<string, long, long> progress)
    {
        private const UnixFileMode AllBits = (UnixFileMode)0xfff;
        private readonly List<Finding> findings = [];
        private readonly HashSet<long> seenDomains = [];
        private readonly HashSet<long> seenAccounts = [];
        private readonly HashSet<(long Gid, long Uid)> unfinished = [];
        private readonly List<string> hidden = [];
        private string root = "";
        private string? about;

        internal Dictionary<long, ExpectedDomain> Domains { get; } = [];

        internal Dictionary<long, ExpectedAccount> Accounts { get; } = [];

        private UnixFileMode DomainMode => (UnixFileMode)settings.Number("domain.directory_mode");

        private UnixFileMode HomeMode => (UnixFileMode)settings.Number("account.directory_mode");

        internal IReadOnlyList<Finding> Run(Predicate<string> wanted)
        {
            foreach (var path in Bases().Distinct().Where(b => wanted(b)))
            {
                using var folder = Folder.OpenBase(path);
                root = path;
                foreach (var name in DomainPath.Hashes)
                {
                    Guarded(folder.Join(name), () => Hash(folder, name));
                }
            }

            MissingDirectories();
            return [.. findings.OrderBy(f => f.Subject, StringComparer.Ordinal)];
        }

        private List<string> Bases()
        {
            var bases = new List<string> { settings.BaseDirectory };
            foreach (var domain in Domains.Values)
            {
                Guarded(domain.Directory, () => bases.Add(DomainPath.Parse(domain.Directory, domain.Gid).Base));
            }

            return bases;
        }

        private void Hash(Folder root, string name)
        {
            using var hash = root.TryOpen(name);
            if (hash is null)
            {
                return;
            }

            Compare(hash.Path, hash.Facts, 0, 0, null);
            // Staging directories first: they tell which homes are just being made.
            foreach (var entry in hash.Names().OrderBy(n => n, StringComparer.Ordinal))
            {
                if (entry.StartsWith(MailStore.StagingPrefix, StringComparison.Ordinal))
                {
                    Guarded(hash.Join(entry), () => Unfinished(hash, entry));
                }
                else if (entry.StartsWith(MailStore.RemovalPrefix, StringComparison.Ordinal))
                {
                    UnlessAtWork(hash, entry, path => Add(Removal, path, "its account or domain is deleted; the removal was broken off", "vmm check --repair"));
                }
                else if (Id(entry) is { } gid && Domains.TryGetValue(gid, out var domain) && domain.Directory == hash.Join(entry))
                {
                    seenDomains.Add(gid);
                    about = domain.Name;
                    Guarded(hash.Join(entry), () => Domain(hash, entry, gid));
                    about = null;
                    progress(Looking, seenDomains.Count - 1, Domains.Count);
                }
                else
                {
                    UnlessAtWork(hash, entry, path => Add(Orphan, path, "no domain has this directory", $"look whether somebody still needs it, then {Remove(path)}"));
                }
            }
        }

        /// <summary>A vmm that is at work on it right now has it locked; nobody else can reach it.</summary>
        private void Unfinished(Folder hash, string entry)
        {
            using var staged = hash.TryOpen(entry);
            if (staged is null)
            {
                return;
            }

            if (!staged.IsLocked)
            {
                Add(Staging, staged.Path, "a command was broken off while it made this", "vmm check --repair");
            }

            unfinished.UnionWith(StagedHomes.Read(staged).Select(uid => (StagedHomes.Gid(entry) ?? 0, uid)));
        }

        private void Domain(Folder hash, string name, long gid)
        {
            using var domain = hash.TryOpen(name);
            if (domain is null)
            {
                return;
            }

            Compare(domain.Path, domain.Facts, 0, gid, DomainMode);
            foreach (var entry in domain.Names())
            {
                if (Id(entry) is { } uid && Accounts.TryGetValue(uid, out var account) && account.Gid == gid)
                {
                    seenAccounts.Add(uid);
                    Guarded(domain.Join(entry), () => Home(domain, entry, account));
                }
                else if (Id(entry) is not { } home || !unfinished.Contains((gid, home)))
                {
                    UnlessAtWork(domain, entry, path => Add(Orphan, path, "no account has this directory", $"look whether somebody still needs it, then {Remove(path)}"));
                }
            }
        }

        private void Home(Folder domain, string name, ExpectedAccount account)
        {
            using var home = domain.TryOpen(name);
            if (home is null)
            {
                return;
            }

            Compare(home.Path, home.Facts, account.Uid, account.Gid, HomeMode);
            using var mailbox = home.TryOpen(account.MailDirectory);
            if (mailbox is null)
            {
                Add(Missing, home.Join(account.MailDirectory), $"the mailbox of account {account.Uid} is not there", "restore it from a backup, or let Dovecot make it anew at the next delivery");
                return;
            }

            Compare(mailbox.Path, mailbox.Facts, account.Uid, account.Gid, HomeMode);
        }

        /// <summary>A finding about an entry, unless a vmm is making or removing it just now: that one has it locked until its rows are committed.</summary>
        private static void UnlessAtWork(Folder parent, string entry, Action<string> find)
        {
            if (!IsAtWork(parent, entry))
            {
                find(parent.Join(entry));
            }
        }

        private static bool IsAtWork(Folder parent, string entry)
        {
            try
            {
                using var folder = parent.TryOpen(entry);
                return folder is null or { IsLocked: true };
            }
            catch (VmmException)
            {
                // A link, a file, or nothing that can be looked at: none that vmm makes.
                return false;
            }
        }

        private void MissingDirectories()
        {
            foreach (var domain in Domains.Values.Where(d => !seenDomains.Contains(d.Gid) && !IsHidden(d.Directory)))
            {
                about = domain.Name;
                Add(Missing, domain.Directory, $"the directory of the domain '{domain.Name}' is not there", $"restore it from a backup, or: install -d -o 0 -g {domain.Gid} -m {Octal(DomainMode)} {FileName.Quote(domain.Directory)}");
            }

            foreach (var account in Accounts.Values.Where(a => seenDomains.Contains(a.Gid) && !seenAccounts.Contains(a.Uid) && !IsHidden(Domains[a.Gid].Directory)))
            {
                var domain = Domains[account.Gid];
                about = domain.Name;
                Add(
                    Missing,
                    $"{domain.Directory}/{account.Uid}",
                    $"the home of '{account.LocalPart}@{domain.Name}' is not there",
                    $"restore it from a backup, or: install -d -o {account.Uid} -g {account.Gid} -m {Octal(HomeMode)} {FileName.Quote($"{domain.Directory}/{account.Uid}")}");
            }
        }

        /// <summary>What is below a directory that could not be looked into may well be there.</summary>
        private bool IsHidden(string path) => hidden.Any(h => path == h || path.StartsWith(h + "/", StringComparison.Ordinal));

        private void Compare(string path, FileFacts facts, long uid, long gid, UnixFileMode? mode)
        {
            // The group of a hash directory is the administrator's business.
            var isOwned = facts.Uid == uid && (gid == 0 || facts.Gid == gid);
            // So are its permissions, unless everybody may write to it: nothing is made or removed there then.
            var wanted = mode ?? (facts.Mode & AllBits & ~UnixFileMode.OtherWrite);
            var put = new OwnerAndMode(root, path[(root.Length + 1)..], uid, gid == 0 ? facts.Gid : gid, wanted);
            if (!isOwned)
            {
                Add(Owner, path, $"it belongs to {facts.Uid}:{facts.Gid}, not to {uid}:{gid}", $"chown -h {uid}:{gid} {FileName.Quote(path)}", put);
            }

            if ((facts.Mode & AllBits) != wanted)
            {
                Add(Mode, path, $"it has mode {Octal(facts.Mode)}, not {Octal(wanted)}", $"chmod {Octal(wanted)} {FileName.Quote(path)}", put);
            }
        }

        private void Guarded(string path, Action look)
        {
            try
            {
                look();
            }
            catch (VmmException e) when (e.Code is ErrorCode.UnsafePath or ErrorCode.FileSystem)
            {
                var isUnsafe = e.Code == ErrorCode.UnsafePath;
                hidden.Add(path);
                Add(isUnsafe ? Unsafe : Unreadable, path, e.Message, isUnsafe ? "look who put it there, and put the directory back" : "mend the file system");
            }
        }

        private void Add(string code, string path, string message, string remedy, OwnerAndMode? put = null) =>
            findings.Add(new Finding(code, code is Missing or Owner or Unsafe or Unreadable ? Finding.Error : Finding.Warning, FileName.Show(path), message, remedy) { Domain = about, Put = put });

        private static string Remove(string path) => $"rm -r {FileName.Quote(path)}";

        private static long? Id(string name) =>
            long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id.ToString() == name ? id : null;

        private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
    }
}
