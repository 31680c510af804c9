using Vmm.Core.Configuration;

namespace Vmm.Core.OldConfiguration;

/// <summary>An option of an old vmm.cfg, and its successor.</summary>
/// <param name="Section">Section in the old file.</param>
/// <param name="Name">Name in the old file.</param>
/// <param name="New">The option that has its value now, or null.</param>
/// <param name="First">The first release that read it.</param>
/// <param name="Last">The last release that read it.</param>
/// <param name="Reason">Why it has no successor.</param>
internal sealed record OldOption(
    string Section, string Name, string? New, OldRelease First, OldRelease Last, string? Reason = null)
{
    private const string OwnHashes = "vmm makes its hashes itself";

    /// <summary>Section and name in the old file.</summary>
    internal string Key => $"{Section}.{Name}";

    /// <summary>Whether that release read it.</summary>
    internal bool IsOf(OldRelease release) => First <= release && release <= Last;

    /// <summary>The options of 0.3 to 0.5.</summary>
    private static IEnumerable<OldOption> Early =>
    [
        .. from name in (string[])["host", "user", "pass", "name"] select Same("database", name, OldRelease.V03, OldRelease.V052),
        new("maildir", "base", "misc.base_directory", OldRelease.V03, OldRelease.V03),
        new("maildir", "folder", "mailbox.root", OldRelease.V03, OldRelease.V04),
        new("maildir", "name", "mailbox.root", OldRelease.V05, OldRelease.V052),
        new("maildir", "folders", "mailbox.folders", OldRelease.V05, OldRelease.V052),
        new("maildir", "mode", "account.directory_mode", OldRelease.V03, OldRelease.V052),
        new("maildir", "diskusage", "account.disk_usage", OldRelease.V03, OldRelease.V052),
        new("maildir", "delete", "account.delete_directory", OldRelease.V03, OldRelease.V052),
        new("domdir", "base", "misc.base_directory", OldRelease.V04, OldRelease.V052),
        new("domdir", "mode", "domain.directory_mode", OldRelease.V03, OldRelease.V052),
        new("domdir", "delete", "domain.delete_directory", OldRelease.V03, OldRelease.V052),
        .. from name in (string[])["smtp", "pop3", "imap"]
           select new OldOption("services", name, $"domain.{name}", OldRelease.V04, OldRelease.V052),
        new("services", "managesieve", "domain.sieve", OldRelease.V04, OldRelease.V05),
        new("services", "sieve", "domain.sieve", OldRelease.V052, OldRelease.V052),
        new("bin", "dovecotpw", null, OldRelease.V03, OldRelease.V06, OwnHashes),
        Same("bin", "du", OldRelease.V03, OldRelease.V052),
        Same("bin", "postconf", OldRelease.V05, OldRelease.V052),
        new("misc", "passwdscheme", "misc.password_scheme", OldRelease.V03, OldRelease.V052),
        new(
            "misc",
            "gid_mail",
            null,
            OldRelease.V03,
            OldRelease.V052,
            "the directories above those of the domains belong to the group root"),
        new("misc", "forcedel", "domain.force_deletion", OldRelease.V03, OldRelease.V052),
        new("misc", "transport", "domain.transport", OldRelease.V04, OldRelease.V052),
        new("misc", "dovecotvers", null, OldRelease.V052, OldRelease.V052, "vmm needs no version of Dovecot"),
        new("config", "done", null, OldRelease.V03, OldRelease.V052, "vmm asks for options only when 'vmm configure' is called"),
    ];

    /// <summary>The options of 0.6 and 0.7, which have kept their names.</summary>
    private static IEnumerable<OldOption> Late =>
    [
        .. from option in SettingOptions.All
           where option.Section != "log" && option.Key is not ("misc.alias_expansion_limit" or "bin.doveadm" or "bin.doveconf")
           select Same(option.Section, option.Name, OldRelease.V06, OldRelease.V07),
        Same("bin", "doveadm", OldRelease.V07, OldRelease.V07),
        new("database", "module", null, OldRelease.V06, OldRelease.V06, "vmm brings its own driver"),
    ];

    internal static IReadOnlyList<OldOption> All { get; } = [.. Early, .. Late];

    /// <summary>An option of a release; null when the release did not read it.</summary>
    internal static OldOption? Find(OldRelease release, string section, string name) =>
        All.FirstOrDefault(o => o.Section == section && o.Name == name && o.IsOf(release));

    /// <summary>The section of vmm.toml that gets the comments of an old section.</summary>
    internal static string? Home(string section) => section switch
    {
        "maildir" => "account",
        "domdir" or "services" => "domain",
        _ when SettingOptions.Sections.Contains(section) => section,
        _ => null,
    };

    private static OldOption Same(string section, string name, OldRelease first, OldRelease last) =>
        new(section, name, $"{section}.{name}", first, last);
}
