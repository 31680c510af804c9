using System.Runtime.InteropServices;
using System.Text;
using Vmm.Core.Configuration;
using Vmm.Core.Passwords;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.OldConfiguration;

/// <summary>A vmm.toml made of the vmm.cfg of vmm 0.3 to 0.7, not yet written: the values that the old vmm used, with its comments.</summary>
public sealed class ConfigurationUpgrade
{
    private readonly string text;
    private readonly FileFacts facts;

    private ConfigurationUpgrade(string path, OldSettings old, FileFacts facts)
    {
        From = path;
        Release = old.Release;
        Notes = ConversionNotes.Of(old);
        Shown = TomlDraft.Write(old, hideSecrets: true);
        text = TomlDraft.Write(old, hideSecrets: false);
        this.facts = facts;
        Verify(old);
    }

    /// <summary>Path of the old file.</summary>
    public string From { get; }

    /// <summary>The release whose file it is.</summary>
    public OldRelease Release { get; }

    /// <summary>What is not as it was.</summary>
    public IReadOnlyList<ConversionNote> Notes { get; }

    /// <summary>What the administrator should look at.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The new file, with asterisks for the password.</summary>
    public string Shown { get; }

    /// <summary>Reads and converts; nothing is written.</summary>
    /// <param name="path">vmm.cfg.</param>
    /// <param name="release">The release that used it; null to find that out.</param>
    /// <exception cref="VmmException">31 it cannot be carried over, with every line that hinders it; 32 no file; 34 others may change it.</exception>
    public static ConfigurationUpgrade Read(string path, OldRelease? release = null)
    {
        using var handle = Posix.open(path, Posix.NonBlock | Posix.CloseOnExec, 0);
        var facts = handle.IsInvalid ? null : Posix.Facts(handle);
        if (facts is null || facts.Value.IsDirectory)
        {
            var reason = Posix.Reason(facts is null ? Marshal.GetLastPInvokeError() : Posix.IsDirectory);
            throw new VmmException(ErrorCode.ConfigMissing, $"cannot read the old configuration '{path}': {reason}", "It is in /etc/vmm, /etc, /usr/local/etc or /root.");
        }

        RequireTrust(path, facts.Value);
        var content = ProtectedFile.Content(path, handle);
        var isUtf8 = TryDecode(content, out var decoded);
        var old = OldSettings.Read(path, decoded.TrimStart(ProtectedFile.ByteOrderMark), isUtf8, release);
        RequireFaultless(path, old);
        return new ConfigurationUpgrade(path, old, facts.Value) { Warnings = [.. Doubts(path, facts.Value, isUtf8, old)] };
    }

    /// <summary>Writes the new file, readable for root and the old file's group at most.</summary>
    /// <exception cref="VmmException">81 it exists and is not to be overwritten, or it cannot be written; 34 the one that is there is not safe.</exception>
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
            // Python 2 did not mind; in comments it does no harm.
            text = Encoding.Latin1.GetString(content);
            return false;
        }
    }

    /// <summary>Whoever can write the file would say where vmm, as root, makes directories.</summary>
    private static void RequireTrust(string path, FileFacts facts)
    {
        if ((facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 || facts.Uid != 0)
        {
            throw new VmmException(
                ErrorCode.ConfigPermission, $"the old configuration '{path}' may be changed by others than root", $"Look whether it is as you left it, then run 'chown root {path}; chmod 0640 {path}'.");
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
            yield return $"everybody can read the password of the database in '{path}'; change it, and remove the file when it is not needed any more";
        }

        if (!isUtf8)
        {
            yield return $"'{path}' is not UTF-8; its comments were read as Latin-1";
        }

        if (old.Values["misc.password_scheme"].Entry.Value is string scheme && (scheme is "PLAIN" or "CLEARTEXT" or "PLAIN-TRUNC" || PasswordScheme.Find(scheme) is { IsWeak: true }))
        {
            yield return $"new passwords are stored as {scheme}, as before, which protects them badly; 'vmm configset misc.password_scheme SHA512-CRYPT' is better unless a mail program needs it";
        }
    }

    /// <summary>The file must be read as it was meant: a difference is a defect of this program, not of the administrator's file.</summary>
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
