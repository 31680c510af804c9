using System.Runtime.InteropServices;
using System.Text;
using Vmm.Core.Configuration;
using Vmm.Core.Passwords;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.OldConfiguration;

/// <summary>
/// A vmm.toml made from the vmm.cfg of vmm 0.3 to 0.7, not yet written: the values that the old vmm used, with its comments.
/// </summary>
public sealed class ConfigurationUpgrade
{
    private readonly string text;
    private readonly FileFacts facts;

    private ConfigurationUpgrade(string path, OldSettings old, FileFacts facts)
    {
        From = path;
        Release = old.Release;
        Notes = ConversionNotes.List(old);
        Shown = TomlDraft.Write(old, hideSecrets: true);
        text = TomlDraft.Write(old, hideSecrets: false);
        this.facts = facts;
        Verify(old);
    }

    /// <summary>Path of the old file.</summary>
    public string From { get; }

    /// <summary>The release that used the old file.</summary>
    public OldRelease Release { get; }

    /// <summary>What is different from the old file.</summary>
    public IReadOnlyList<ConversionNote> Notes { get; }

    /// <summary>What you should check.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The new file, with asterisks for the password.</summary>
    public string Shown { get; }

    /// <summary>Reads and converts; nothing is written.</summary>
    /// <param name="path">vmm.cfg.</param>
    /// <param name="release">The release that used it; null to detect it.</param>
    /// <exception cref="VmmException">
    /// 31 it cannot be converted, with every line that prevents it; 32 no file; 34 other users may change it.
    /// </exception>
    public static ConfigurationUpgrade Read(string path, OldRelease? release = null)
    {
        using var handle = Posix.open(path, Posix.NonBlock | Posix.CloseOnExec, 0);
        var facts = handle.IsInvalid ? null : Posix.Facts(handle);
        if (facts is null || facts.Value.IsDirectory)
        {
            var reason = Posix.Reason(facts is null ? Marshal.GetLastPInvokeError() : Posix.IsDirectory);
            throw new VmmException(
                ErrorCode.ConfigMissing,
                $"cannot read the old configuration '{path}': {reason}",
                "It is in /etc/vmm, /etc, /usr/local/etc or /root.");
        }

        RequireTrust(path, facts.Value);
        var content = ProtectedFile.Content(path, handle);
        var isUtf8 = TryDecode(content, out var decoded);
        var old = OldSettings.Read(path, decoded.TrimStart(ProtectedFile.ByteOrderMark), isUtf8, release);
        RequireFaultless(path, old);
        return new ConfigurationUpgrade(path, old, facts.Value) { Warnings = [.. Doubts(path, facts.Value, isUtf8, old)] };
    }

    /// <summary>Writes the new file, readable at most for root and the old file's group.</summary>
    /// <exception cref="VmmException">
    /// 81 it exists and must not be overwritten, or it cannot be written; 34 the existing one is not safe.
    /// </exception>
    public void Save(string path, bool overwrite) => NewSettings.Write(path, text, (uint)facts.Gid, facts.Mode, overwrite);

    private static bool TryDecode(byte[] content, out string text)
    {
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            return true;
        }
        catch (DecoderFallbackException)
        {
            // Python 2 accepted it; in comments it does no harm.
            text = Encoding.Latin1.GetString(content);
            return false;
        }
    }

    /// <summary>Refuses a file that other users can write: they could decide where vmm, as root, makes directories.</summary>
    private static void RequireTrust(string path, FileFacts facts)
    {
        if ((facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 || facts.Uid != 0)
        {
            throw new VmmException(
                ErrorCode.ConfigPermission,
                $"users other than root can change the old configuration '{path}'",
                $"Check that it is unchanged, then run 'chown root {path}; chmod 0640 {path}'.");
        }
    }

    private static void RequireFaultless(string path, OldSettings old)
    {
        var errors = old.Faults.Select(f => new VmmException(
            ErrorCode.ConfigError,
            f.Line == 0 ? $"{path}: {f.Reason}" : $"{path}, line {f.Line}: {f.Reason}",
            f.Line == 0 ? "Add it, then convert again." : "Correct the line, then convert again.")).ToList();
        if (errors.Count > 0)
        {
            throw VmmException.Of(errors);
        }
    }

    private static IEnumerable<string> Doubts(string path, FileFacts facts, bool isUtf8, OldSettings old)
    {
        if ((facts.Mode & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute)) != 0)
        {
            yield return $"all users can read the password of the database in '{path}';"
                + " change it, and remove the file when you do not need it any more";
        }

        if (!isUtf8)
        {
            yield return $"'{path}' is not UTF-8; its comments were read as Latin-1";
        }

        if (old.Values["misc.password_scheme"].Entry.Value is string scheme
            && (scheme is "PLAIN" or "CLEARTEXT" or "PLAIN-TRUNC" || PasswordScheme.Find(scheme) is { IsWeak: true }))
        {
            yield return $"new passwords are stored as {scheme}, as before, which protects them badly;"
                + " 'vmm configset misc.password_scheme SHA512-CRYPT' is better unless a mail program needs it";
        }
    }

    /// <summary>
    /// Makes sure that vmm reads the intended values from the new file: a difference is a defect of vmm, not of the old file.
    /// </summary>
    private void Verify(OldSettings old)
    {
        var settings = SettingsFile.Check("vmm.toml", text);
        foreach (var option in SettingOptions.All)
        {
            var expected = old.Values.GetValueOrDefault(option.Key)?.Entry.Value ?? option.Default;
            if (!SettingInput.Same(settings.Value(option), expected))
            {
                throw new InvalidOperationException($"{option.Key} would not have its value");
            }
        }
    }
}
