using System.Text.Json;
using System.Text.Json.Serialization;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>What the last check found, so that the next can tell what is new: a file of JSON that only root can read.</summary>
public static class LastCheck
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>None where there was no check before.</summary>
    /// <exception cref="VmmException">81.</exception>
    public static IReadOnlyList<Finding> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), LastCheckJson.Default.ListFinding) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"cannot read what the last check found in '{path}': {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}",
                $"Remove it, and the next check starts again: rm {FileName.Quote(path)}",
                e);
        }
    }

    /// <summary>Replaces it as a whole.</summary>
    /// <exception cref="VmmException">81.</exception>
    public static void Write(string path, IReadOnlyList<Finding> findings)
    {
        var temporary = $"{path}.{Environment.ProcessId}";
        try
        {
#pragma warning disable RS0030 // no mail is in it
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
#pragma warning restore RS0030
            var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
            FileWriting.Do(() =>
            {
                using var file = new FileStream(temporary, creation);
                JsonSerializer.Serialize(file, [.. findings], LastCheckJson.Default.ListFinding);
                file.Flush(flushToDisk: true);
            });

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw Errors.FileSystem("write", path, e.Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }
    }

    /// <summary>Those of the findings that the others do not have; a finding is the same as long as code and subject are.</summary>
    public static IReadOnlyList<Finding> Without(IReadOnlyList<Finding> findings, IReadOnlyList<Finding> others)
    {
        var known = others.Select(f => (f.Code, f.Subject)).ToHashSet();
        return [.. findings.Where(f => !known.Contains((f.Code, f.Subject)))];
    }
}

/// <summary>Serializers made at compile time, as Native AOT needs them.</summary>
[JsonSerializable(typeof(List<Finding>))]
internal sealed partial class LastCheckJson : JsonSerializerContext;
