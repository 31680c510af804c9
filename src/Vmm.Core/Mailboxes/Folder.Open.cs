using System.Runtime.InteropServices;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <content>How a directory is reached: from the base, or from the root, one name after the other.</content>
internal sealed partial class Folder
{
    /// <summary>Opens the base directory; a missing one may be a disk that is not mounted, so it is not made.</summary>
    internal static Folder OpenBase(string path)
    {
        var handle = Posix.open(path, Posix.Directory | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            var reason = Posix.Reason(error);
            // Whatever else is the reason, it is not for want of a directory.
            throw error is not (Posix.NoEntry or Posix.NotDirectory or Posix.TooManyLinks) ? Failed("open", path, error)
                : IsLink(path)
                ? new VmmException(
                    ErrorCode.NoSuchDirectory,
                    $"the base directory '{path}' is a symbolic link",
                    $"Links to mail are not followed. {MountInstead(path)}.")
                : new VmmException(
                    ErrorCode.NoSuchDirectory,
                    $"the base directory '{path}' cannot be opened: {reason}",
                    $"Is the disk mounted? Otherwise make it with 'install -d -m 0771 {FileName.Quote(path)}'.")
                {
                    BaseDirectory = path,
                };
        }

        var folder = new Folder(handle, path);
        return folder.Facts.Uid == 0 ? folder : throw Errors.UnsafePath(path, $"it belongs to uid {folder.Facts.Uid}, not to root");
    }

    /// <summary>Whether a path itself is a symbolic link, wherever it leads.</summary>
    internal static bool IsLink(string path) => Posix.FactsAt(path, follow: false) is { IsLink: true };

    /// <summary>What to do about a base directory that is a link. The link may be relative, and lead to another one.</summary>
    internal static string MountInstead(string path)
    {
        using var target = Posix.open(path, Posix.PathOnly | Posix.CloseOnExec, 0);
        var real = target.IsInvalid ? null : new FileInfo($"/proc/self/fd/{target.DangerousGetHandle()}").LinkTarget;
        var quoted = FileName.Quote(path);
        return real is null
            ? $"It leads nowhere: make it a directory, with 'rm {quoted} && install -d -m 0771 {quoted}', and mount the disk there"
            : "Stop Dovecot and Postfix, make it a directory, and mount the real one there, also in /etc/fstab: "
            + $"rm {quoted} && install -d -m 0771 {quoted} && mount --bind {FileName.Quote(real)} {quoted}";
    }

    /// <summary>Opens a subdirectory, or gives null where nothing has that name.</summary>
    internal Folder? TryOpen(string name)
    {
        var child = Posix.openat(handle, name, Posix.Directory | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (!child.IsInvalid)
        {
            return new Folder(child, Join(name));
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Posix.NoEntry => null,
            Posix.NotDirectory or Posix.TooManyLinks =>
                throw Errors.UnsafePath(FileName.Show(Join(name)), "it is not a directory, or a symbolic link"),
            _ => throw Failed("open", Join(name)),
        };
    }

    /// <summary>
    /// Opens any directory from the root down, no step through a link; whom it belongs to is the caller's affair.
    /// </summary>
    /// <returns>Null where there is none.</returns>
    internal static Folder? TryOpenPath(string path)
    {
        var root = Posix.open("/", Posix.Directory | Posix.CloseOnExec, 0);
        var folder = root.IsInvalid ? throw Failed("open", "/") : new Folder(root, "");
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = folder.TryOpen(name);
            folder.Dispose();
            if (next is null)
            {
                return null;
            }

            folder = next;
        }

        return folder;
    }
}
