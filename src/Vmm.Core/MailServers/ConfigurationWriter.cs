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
internal sealed class ConfigurationWriter
{
    // Part of the names of backups. Programs must not read those: Dovecot includes *.conf.
    private readonly string stamp = DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    private readonly List<(string Path, string? Backup)> written = [];

    /// <summary>Paths of the kept old files.</summary>
    internal IReadOnlyList<string> Backups => [.. written.Select(w => w.Backup).OfType<string>()];

    /// <summary>
    /// Writes a file that belongs to root and a group. An old file with the same text but different permissions is not kept,
    /// because others may be able to read it.
    /// </summary>
    /// <exception cref="VmmException">81; the file is as it was.</exception>
    internal void Write(string path, string text, string group, UnixFileMode mode) =>
        Replace(path, text, _ => (0, Group(group), mode));

    /// <summary>Changes an existing file, and keeps its owner and mode.</summary>
    /// <exception cref="VmmException">81; the file is as it was.</exception>
    internal void Change(string path, string text) =>
        Replace(path, text, facts => ((uint)facts!.Value.Uid, (uint)facts.Value.Gid, facts.Value.Mode));

    /// <summary>Puts the old files back, and removes new files.</summary>
    /// <exception cref="VmmException">81 with the first file that could not be put back.</exception>
    internal void PutBack()
    {
        foreach (var (path, backup) in written.AsEnumerable().Reverse())
        {
            var (directory, name) = Split(path);
            using var folder = Open(directory);
            var isBack = backup is null
                ? Posix.unlinkat(folder, name, 0) == 0
                : Posix.renameat(folder, Path.GetFileName(backup), folder, name) == 0;
            PrivateFile.Require(isBack, "put back", path);
            PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
        }

        written.Clear();
    }

    /// <summary>Owner, group and mode of the file, or of the target of a link; null when there is none.</summary>
    internal static FileFacts? Facts(string path)
    {
        using var handle = Posix.open(Target(path), Posix.PathOnly | Posix.CloseOnExec, 0);
        return handle.IsInvalid ? null : Posix.Facts(handle);
    }

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

    private void Replace(string path, string text, Func<FileFacts?, (uint Uid, uint Gid, UnixFileMode Mode)> permissions)
    {
        var (directory, name) = Split(path);
        using var folder = Open(directory);
        PrivateFile.Require(Posix.flock(folder, Posix.LockExclusive) == 0, "lock", directory);
        var facts = Posix.Facts(folder, name);
        var (uid, gid, mode) = permissions(facts);
        var temporary = $".{name}.new";
        try
        {
            PrivateFile.Write(folder, directory, temporary, uid, gid, mode, Encoding.UTF8.GetBytes(text));
            var isSame = facts is not null && File.ReadAllText($"{directory}/{name}") == text;
            var backup = facts is null || isSame ? null : Keep(folder, directory, name);
            PrivateFile.Require(Posix.renameat(folder, temporary, folder, name) == 0, "replace", path);
            if (!isSame)
            {
                written.Add((path, backup));
            }
        }
        catch
        {
            Posix.unlinkat(folder, temporary, 0);
            throw;
        }

        PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
    }

    /// <summary>Gives the old file a second name, which it keeps when the new file replaces it: nothing has to be copied.</summary>
    private string Keep(SafeFileHandle folder, string directory, string name)
    {
        for (var number = 1; ; number++)
        {
            var backup = $"{name}.vmm-{stamp}{(number == 1 ? "" : $"-{number}")}";
            if (Posix.linkat(folder, name, folder, backup, 0) == 0)
            {
                return $"{directory}/{backup}";
            }

            PrivateFile.Require(Marshal.GetLastPInvokeError() == Posix.Exists, "keep", $"{directory}/{name}");
        }
    }

    /// <summary>The file itself, or the last target of a link, which need not exist.</summary>
    private static string Target(string path) => new FileInfo(path) is { LinkTarget: not null } link
        ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
        : Path.GetFullPath(path);

    private static (string Directory, string Name) Split(string path)
    {
        var target = Target(path);
        return (Path.GetDirectoryName(target)!, Path.GetFileName(target));
    }

    private static SafeFileHandle Open(string directory)
    {
        var folder = Posix.open(directory, Posix.Directory | Posix.CloseOnExec, 0);
        PrivateFile.Require(!folder.IsInvalid, "open", directory);
        return folder;
    }
}
