using System.CommandLine;
using System.Text.Json.Serialization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Running;

/// <summary>How a command adds what the lines of a file say.</summary>
/// <param name="Fields">
/// The fields of a line, for help: with commas between, those in brackets may be missing, "[more ...]" may be repeated; what
/// follows a semicolon is a remark.
/// </param>
/// <param name="Read">Reads one line.</param>
/// <param name="Act">Adds all of them, in one transaction.</param>
internal sealed record FileLines<T>(string Fields, Func<Asking, string[], T> Read, Func<Session, Bulk<T>, int> Act)
{
    /// <summary>What takes long and needs no lock, before the transaction begins.</summary>
    internal Func<Asking, Bulk<T>, Bulk<T>> Prepare { get; init; } = (_, bulk) => bulk;

    /// <summary>Made up on the way.</summary>
    internal Func<T, GeneratedPassword?> Generated { get; init; } = _ => null;

    /// <summary>The change that they make together.</summary>
    internal Change<Bulk<T>, AddedFromFile> Change(Option<string?> option, Tolerance? tolerance) => new()
    {
        Target = asking => asking.Get(option)!,
        Ask = asking =>
        {
            var path = asking.Get(option)!;
            using var content = Open(path, asking.Terminal);
            var bulk = BulkFile.Read(content, path == "-" ? "standard input" : path, fields => Read(asking, Counted(fields)));
            return Prepare(asking, bulk with
            {
                Progress = new Progress(asking.Terminal).Show,
                IsTolerated = e => tolerance?.Covers(asking.Parse, e) == true,
            });
        },
        Act = (s, bulk) => new AddedFromFile(Act(s, bulk), GeneratedBy(bulk)),
        Say = added => string.Concat((added.Generated ?? []).Select(g => $"{g.Address}\t{g.Password}\n")),
        Json = () => FileJson.Default.AddedFromFile,
        Changed = added => added.Added > 0,
    };

    /// <summary>Null when there are none.</summary>
    private List<GeneratedPassword>? GeneratedBy(Bulk<T> bulk)
    {
        var added = bulk.Lines.Where(l => !bulk.Passed.Contains(l.Number));
        return added.Select(l => Generated(l.Item)).OfType<GeneratedPassword>().ToList() is { Count: > 0 } list ? list : null;
    }

    private string[] Counted(string[] fields)
    {
        var names = Fields.Split(';')[0].Split(", ");
        var min = names.Count(n => !n.StartsWith('['));
        var isOpen = names[^1].StartsWith("[more ", StringComparison.Ordinal);
        if (fields.Length >= min && (isOpen || fields.Length <= names.Length))
        {
            return fields;
        }

        var wanted = isOpen ? $"{min} or more" : min == names.Length ? $"{min}" : $"{min} to {names.Length}";
        throw new VmmException(
            ErrorCode.InvalidArgument,
            $"{Errors.Count(fields.Length, "field")} instead of {wanted}",
            $"The fields of a line, separated by tabs: {Fields}.");
    }

    private static Stream Open(string path, Terminal terminal)
    {
        if (path == "-")
        {
            terminal.RequireInput();
            return Console.OpenStandardInput();
        }

        return InputFile.Open(path, ErrorCode.FileSystem);
    }
}

/// <summary>What was added from a file.</summary>
/// <param name="Added">Number of objects, or of lines where each adds to an object; what was there already does not count.</param>
/// <param name="Generated">Passwords that vmm generated, shown once; left out when there are none.</param>
internal sealed record AddedFromFile(int Added, IReadOnlyList<GeneratedPassword>? Generated = null);

/// <summary>A password that vmm generated.</summary>
/// <param name="Address">Of this account.</param>
/// <param name="Password">To be shown once.</param>
internal sealed record GeneratedPassword(string Address, string Password);

/// <summary>The JSON of what is added from a file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AddedFromFile))]
internal sealed partial class FileJson : JsonSerializerContext;
