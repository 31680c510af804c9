using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>
/// Writes configuration files. Each is replaced as a whole, so that at any time either the old or the new file exists. The old file
/// is kept beside it, with its owner and mode, and can be put back. A symbolic link stays; its target is replaced.
/// </summary>
/// <param name="note">
/// Hears of all files, the next one included, before that is replaced: whatever ends the program, it is known what was there.
/// </param>
internal sealed class ConfigurationWriter(Action<IReadOnlyList<ReplacedFile>>? note = null)
{
    // Part of the names of backups. Programs must not read those: Dovecot includes *.conf.
    private readonly string stamp = DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    private readonly List<ReplacedFile> written = [];

    /// <summary>Paths of the kept old files.</summary>
    internal IReadOnlyList<string> Backups => [.. written.Select(w => w.Kept).OfType<string>()];

    /// <summary>
    /// Writes a file that belongs to root and a group. An old file with the same text but different permissions is not kept,
    /// because others may be able to read it; the copy of a file with a password is root's alone.
    /// </summary>
    /// <exception cref="VmmException">81; the file is as it was.</exception>
    internal void Write(string path, string text, string group, UnixFileMode mode, bool isSecret) =>
        Replace(path, text, _ => (0, Group(group), mode), isSecret);

    /// <summary>Changes an existing file, and keeps its owner and mode.</summary>
    /// <exception cref="VmmException">81; the file is as it was.</exception>
    internal void Change(string path, string text) =>
        Replace(path, text, facts => ((uint)facts!.Value.Uid, (uint)facts.Value.Gid, facts.Value.Mode), isSecret: false);

    /// <summary>Puts the old files back, and removes new files. Each is tried.</summary>
    /// <exception cref="VmmException">81 for each file that could not be put back.</exception>
    internal void PutBack()
    {
        var failures = new List<VmmException>();
        foreach (var file in written.AsEnumerable().Reverse())
        {
            try
            {
                file.PutBack();
            }
            catch (VmmException e)
            {
                failures.Add(new VmmException(
                    e.Code, e.Message, "When that is repaired, 'vmm mailconfig --undo' restores the files of before.", e));
            }
        }

        written.Clear();
        if (failures.Count > 0)
        {
            throw VmmException.Of(failures);
        }
    }

    /// <summary>Owner, group and mode of the file, or of the target of a link; null when there is none.</summary>
    internal static FileFacts? Facts(string path) => Posix.FactsAt(LinkedPath.Resolve(path));

    /// <summary>The number of a group of this system.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal static uint Group(string name) => FindGroup(name)
        ?? throw Errors.FileSystem("write a file for", $"group {name}", "there is no such group");

    /// <summary>The number of a group of this system; null when there is none.</summary>
    internal static uint? FindGroup(string name) => File.ReadLines("/etc/group")
        .Select(l => l.Split(':'))
        .Where(f => f.Length > 2 && f[0] == name)
        .Select(f => (uint?)uint.Parse(f[2], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private void Replace(
        string path, string text, Func<FileFacts?, (uint Uid, uint Gid, UnixFileMode Mode)> permissions, bool isSecret)
    {
        var (directory, name) = Split(path);
        using var folder = Open(directory);
        PrivateFile.Require(Posix.flock(folder, Posix.LockExclusive) == 0, "lock", directory);
        var facts = Posix.Facts(folder, name);
        var (uid, gid, mode) = permissions(facts);
        var temporary = ReplacedFile.Unfinished(name);
        string? backup = null;
        var isReplaced = false;
        try
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            PrivateFile.Write(folder, directory, temporary, uid, gid, mode, bytes);
            var old = facts is null ? null : File.ReadAllBytes($"{directory}/{name}");
            var isSame = old is not null && old.AsSpan().SequenceEqual(bytes);
            backup = facts is null || isSame ? null : Keep(folder, directory, name);
            var replaced = ReplacedFile.Of($"{directory}/{name}", backup, facts, old, bytes);
            note?.Invoke([.. written, replaced]);
            PrivateFile.Require(Posix.renameat(folder, temporary, folder, name) == 0, "replace", path);
            isReplaced = true;
            written.Add(replaced);
            if (isSecret && backup is not null)
            {
                ReplacedFile.SetOwner(folder, directory, Path.GetFileName(backup), 0, 0, ReplacedFile.Private);
            }
        }
        catch
        {
            Posix.unlinkat(folder, temporary, 0);
            if (backup is not null && !isReplaced)
            {
                Posix.unlinkat(folder, Path.GetFileName(backup), 0);
            }

            throw;
        }

        PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
    }

    /// <summary>Keeps a copy of the present file, which only root can read; the file itself stays as it is.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="VmmException">81.</exception>
    internal string KeepCopy(string path)
    {
        var (directory, name) = Split(path);
        using var folder = Open(directory);
        for (var number = 1; ; number++)
        {
            var copy = Backup(name, number);
            if (Posix.Facts(folder, copy) is null)
            {
                PrivateFile.Write(folder, directory, copy, 0, 0, ReplacedFile.Private, File.ReadAllBytes(path));
                return $"{directory}/{copy}";
            }
        }
    }

    private string Backup(string name, int number) => $"{name}.vmm-{stamp}{(number == 1 ? "" : $"-{number}")}";

    /// <summary>Gives the old file a second name, which it keeps when the new file replaces it: nothing has to be copied.</summary>
    private string Keep(SafeFileHandle folder, string directory, string name)
    {
        for (var number = 1; ; number++)
        {
            var backup = Backup(name, number);
            if (Posix.linkat(folder, name, folder, backup, 0) == 0)
            {
                return $"{directory}/{backup}";
            }

            PrivateFile.Require(Marshal.GetLastPInvokeError() == Posix.Exists, "keep", $"{directory}/{name}");
        }
    }

    internal static (string Directory, string Name) Split(string path)
    {
        var target = LinkedPath.Resolve(path);
        return (Path.GetDirectoryName(target)!, Path.GetFileName(target));
    }

    internal static SafeFileHandle Open(string directory)
    {
        var folder = Posix.open(directory, Posix.Directory | Posix.CloseOnExec, 0);
        PrivateFile.Require(!folder.IsInvalid, "open", directory);
        return folder;
    }
}
