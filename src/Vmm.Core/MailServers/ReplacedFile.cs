using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>A file that was written, and what was there before.</summary>
/// <param name="Path">Path of the file itself, not of a link to it.</param>
/// <param name="Kept">Path of the old file; null where there was none, or it had the same text.</param>
/// <param name="Owner">User, group and mode of the old file, as numbers, the mode in octal; null where there was none.</param>
/// <param name="Before">SHA-256 of the old text; null where there was none.</param>
/// <param name="After">SHA-256 of the text that was written.</param>
internal sealed record ReplacedFile(string Path, string? Kept, string? Owner, string? Before, string After)
{
    /// <summary>The mode of copies that may have a password.</summary>
    internal const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The name of a file that is not complete yet.</summary>
    internal static string Unfinished(string name) => $".{name}.new";

    /// <summary>Notes it.</summary>
    internal static ReplacedFile Of(string path, string? kept, FileFacts? facts, byte[]? before, byte[] after) => new(
        path,
        kept,
        facts is { } old ? $"{old.Uid}:{old.Gid}:{Convert.ToString((int)old.Mode, 8)}" : null,
        before is null ? null : Hash(before),
        Hash(after));

    /// <summary>Whether the file is already as it was before: put back, or removed.</summary>
    internal bool IsBack => Owner is null ? !File.Exists(Path) : Kept is not null && Present == Before && !IsCopyThere;

    /// <summary>
    /// Whether someone has changed the file since. After an installation that was killed, it may never have been replaced.
    /// </summary>
    internal bool IsChanged => !IsBack && Present != After && Present != Before;

    /// <summary>Whether the old text is gone: the file has another one, and the copy is missing or has been changed.</summary>
    internal bool IsLost => Kept is not null && !IsBack && !IsCopyThere;

    private bool IsCopyThere => File.Exists(Kept) && Hash(File.ReadAllBytes(Kept)) == Before;

    private string? Present => File.Exists(Path) ? Hash(File.ReadAllBytes(Path)) : null;

    /// <summary>Puts the old file back, with its owner and mode, or removes a file that was not there before.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void PutBack()
    {
        var (directory, name) = ConfigurationWriter.Split(Path);
        using var folder = ConfigurationWriter.Open(directory);
        if (Owner is null)
        {
            PrivateFile.Require(Posix.unlinkat(folder, name, 0) == 0, "remove", Path);
        }
        else
        {
            var owner = Owner.Split(':');
            var kept = Kept is null ? name : System.IO.Path.GetFileName(Kept);
            var mode = (UnixFileMode)Convert.ToInt32(owner[2], 8);
            SetOwner(folder, directory, kept, Number(owner[0]), Number(owner[1]), mode);
            PrivateFile.Require(kept == name || Posix.renameat(folder, kept, folder, name) == 0, "put back", Path);
            if (kept != name)
            {
                // Two names of one file, which was never replaced: rename(2) leaves both.
                Posix.unlinkat(folder, kept, 0);
            }
        }

        Posix.unlinkat(folder, Unfinished(name), 0);
        PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
    }

    /// <summary>Sets owner and mode of a file in an open directory.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal static void SetOwner(
        SafeFileHandle folder, string directory, string name, uint uid, uint gid, UnixFileMode mode)
    {
        // The owner first: changing it can clear bits of the mode.
        var isSet = Posix.fchownat(folder, name, uid, gid, Posix.SymlinkNoFollow) == 0
            && Posix.fchmodat(folder, name, (uint)mode, 0) == 0;
        PrivateFile.Require(isSet, "set owner and mode of", $"{directory}/{name}");
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static string Hash(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));
}
