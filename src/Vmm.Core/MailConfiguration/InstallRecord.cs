using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vmm.Core.Configuration;
using Vmm.Core.MailServers;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailConfiguration;

/// <summary>
/// What one installation has written, and what was there before: a file of JSON beside vmm.toml that only root can read. The kept
/// copies alone do not tell which files are new, and whether someone has changed a file since. It is written again before each file
/// is replaced: an installation that is killed can be undone.
/// </summary>
/// <param name="Postfix">Directory of main.cf; null where it was not installed for Postfix.</param>
/// <param name="Dovecot">Directory of dovecot.conf, likewise.</param>
/// <param name="Files">The files, in the order in which they were written.</param>
internal sealed record InstallRecord(string? Postfix, string? Dovecot, IReadOnlyList<ReplacedFile> Files)
{
    private const string Beginning = "mailconfig-";

    /// <summary>While it is written. The same for all, so that the next one replaces what a crash has left.</summary>
    private static readonly string Temporary = ReplacedFile.Unfinished("mailconfig.json");

    /// <summary>The name of a new one. With milliseconds: the names are in the order of the installations.</summary>
    internal static string NewName() =>
        $"{Beginning}{DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}.json";

    /// <summary>Writes it, or replaces it as a whole.</summary>
    /// <exception cref="VmmException">81; what was there is there.</exception>
    internal void Write(Settings settings, string name)
    {
        var directory = Place(settings);
        using var folder = ConfigurationWriter.Open(directory);
        var text = JsonSerializer.SerializeToUtf8Bytes(this, InstallRecordJson.Default.InstallRecord);
        try
        {
            PrivateFile.Write(folder, directory, Temporary, 0, 0, ReplacedFile.Private, text);
            PrivateFile.Require(Posix.renameat(folder, Temporary, folder, name) == 0, "write", $"{directory}/{name}");
            PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
        }
        catch
        {
            Posix.unlinkat(folder, Temporary, 0);
            throw;
        }
    }

    /// <summary>Removes one when everything is as before. What stays can be undone, which changes nothing.</summary>
    internal static void Remove(Settings settings, string name)
    {
        using var folder = ConfigurationWriter.Open(Place(settings));
        Posix.unlinkat(folder, name, 0);
    }

    /// <summary>The last one with its path; null where there is none.</summary>
    /// <exception cref="VmmException">81 it cannot be read.</exception>
    internal static (string Path, InstallRecord Record)? Last(Settings settings)
    {
        var path = Directory.GetFiles(Place(settings), Beginning + "*.json").Order(StringComparer.Ordinal).LastOrDefault();
        if (path is null)
        {
            return null;
        }

        try
        {
            return (path, JsonSerializer.Deserialize(File.ReadAllBytes(path), InstallRecordJson.Default.InstallRecord)!);
        }
        catch (JsonException e)
        {
            throw Errors.FileSystem("read", path, e.Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }
    }

    private static string Place(Settings settings) => Path.GetDirectoryName(Path.GetFullPath(settings.File))!;
}

/// <summary>Made at compile time, as Native AOT needs it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InstallRecord))]
internal sealed partial class InstallRecordJson : JsonSerializerContext;
