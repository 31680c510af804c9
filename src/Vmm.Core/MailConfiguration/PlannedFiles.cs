using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;

namespace Vmm.Core.MailConfiguration;

/// <summary>The files that each program needs.</summary>
internal static class PlannedFiles
{
    /// <summary>The maps.</summary>
    /// <param name="installation">For its directory and version.</param>
    /// <param name="database">What they ask.</param>
    /// <param name="given">The password of the role; null for the one in the installed files.</param>
    internal static IEnumerable<PlannedFile> Postfix(PostfixInstallation installation, DatabaseAccess database, string? given)
    {
        var directory = installation.Directory;
        var maps = PostfixTemplates.Maps(installation.Version, database).ToList();
        var names = maps.Select(m => m.Name).Concat(PostfixTemplates.OldMaps);
        var secret = Secret(given, "postfix", names.Select(n => $"{directory}/{n}"));
        return maps.Select(m =>
            new PlannedFile($"{directory}/{m.Name}", m.Text) { Secret = secret, Group = "postfix", IsSecret = true });
    }

    /// <summary>The queries, the settings, and what changes in the distribution's file.</summary>
    /// <param name="installation">For its directory and version.</param>
    /// <param name="database">What is asked.</param>
    /// <param name="given">The password of the role; null for the one in the installed files.</param>
    /// <param name="settings">Text of the file with the settings.</param>
    internal static IEnumerable<PlannedFile> Dovecot(
        DovecotInstallation installation, DatabaseAccess database, string? given, string settings)
    {
        var (version, directory) = (installation.Version, installation.Directory);
        var secret = Secret(given, "dovecot", DovecotTemplates.SecretFiles(version).Select(n => $"{directory}/{n}"));
        foreach (var (name, text) in DovecotTemplates.Queries(version, database))
        {
            yield return new PlannedFile($"{directory}/{name}", text) { Secret = secret, Group = "dovecot", IsSecret = true };
        }

        yield return new PlannedFile(installation.OwnFile, _ => settings) { Secret = secret, Group = "root" };
        if (File.Exists(installation.AuthFile))
        {
            var changed = DovecotTemplates.WithoutOtherUsers(File.ReadAllText(installation.AuthFile));
            yield return new PlannedFile(installation.AuthFile, _ => changed) { Secret = secret };
        }
    }

    private static RoleSecret Secret(string? given, string role, IEnumerable<string> paths) =>
        (given ?? InstalledPasswords.Find(role, paths)) is { } password ? RoleSecret.Known(password) : RoleSecret.Hidden;
}
