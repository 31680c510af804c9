using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// A Dovecot as its administrator has configured it. Once vmm's file is there, what it sets hides what the other files set: only
/// without it Dovecot tells what their users would have.
/// </summary>
internal static class DovecotWithoutVmm
{
    /// <summary>
    /// Asks in a directory of links to all files but vmm's. A configuration that is not accepted without it is asked as it is.
    /// </summary>
    internal static T Ask<T>(DovecotInstallation dovecot, Func<DovecotInstallation, T> ask)
        where T : class
    {
        if (!File.Exists(dovecot.OwnFile))
        {
            return ask(dovecot);
        }

        var stage = FileWriting.MakeTemporaryDirectory("vmm-dovecot-");
        try
        {
            var without = dovecot with { Directory = stage, Printed = null };
            var files = Path.GetDirectoryName(dovecot.OwnFile)!;
            var linked = Path.GetDirectoryName(without.OwnFile)!;
            Link(dovecot.Directory, stage, files);
            Directory.Move(FileWriting.MakeTemporaryDirectory("vmm-dovecot-"), linked);
            Link(files, linked, dovecot.OwnFile);
            return MailServerFaults.Try(() => ask(without), _ => { }) ?? ask(dovecot);
        }
        finally
        {
            Remove(stage);
        }
    }

    /// <summary>Removes the links, not what they lead to.</summary>
    private static void Remove(string directory)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                Remove(entry.FullName);
            }
            else
            {
                entry.Delete();
            }
        }

        Directory.Delete(directory);
    }

    private static void Link(string directory, string stage, string leftOut)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Where(p => p != leftOut))
        {
            File.CreateSymbolicLink($"{stage}/{Path.GetFileName(path)}", path);
        }
    }
}
