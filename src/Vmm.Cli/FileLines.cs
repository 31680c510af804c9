using System.CommandLine;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli;

/// <summary>What was added from a file.</summary>
/// <param name="Added">Number of objects, or of lines where each adds to an object; what was there already does not count.</param>
/// <param name="Generated">Passwords that vmm made up, shown once; left out when there are none.</param>
internal sealed record AddedFromFile(int Added, IReadOnlyList<GeneratedPassword>? Generated = null);

/// <summary>A password that vmm made up.</summary>
/// <param name="Address">Whose it is.</param>
/// <param name="Password">To be shown once.</param>
internal sealed record GeneratedPassword(string Address, string Password);

/// <summary>How a command adds what the lines of a file say.</summary>
/// <param name="Fields">The fields of a line, for help: separated by tabs, those in brackets may be missing.</param>
/// <param name="Read">Reads one line.</param>
/// <param name="Act">Adds all of them, in one transaction.</param>
internal sealed record FileLines<T>(string Fields, Func<Asking, string[], T> Read, Func<Session, Bulk<T>, int> Act)
{
    /// <summary>What takes long and needs no lock, before the transaction begins.</summary>
    internal Func<Asking, Bulk<T>, Bulk<T>> Prepare { get; init; } = (_, bulk) => bulk;

    /// <summary>Made up on the way.</summary>
    internal Func<T, GeneratedPassword?> Generated { get; init; } = _ => null;

    /// <summary>The change that they make together.</summary>
    internal Change<Bulk<T>, AddedFromFile> Change(Option<string?> option, Tolerance? tolerance, int minFields, int maxFields) =>
        new(
            parse => parse.GetRequiredValue(option)!,
            asking =>
            {
                var path = asking.Parse.GetRequiredValue(option)!;
                using var content = Open(path, asking.Terminal);
                var progress = new Progress(asking.Terminal);
                return Prepare(asking, BulkFile.Read(content, path == "-" ? "standard input" : path, fields => Read(asking, Counted(fields, minFields, maxFields))) with
                {
                    Progress = progress.Show,
                    IsTolerated = e => tolerance?.Covers(asking.Parse, e) == true,
                });
            },
            (s, bulk) => new AddedFromFile(
                Act(s, bulk),
                bulk.Lines.Where(l => !bulk.Passed.Contains(l.Number)).Select(l => Generated(l.Item)).OfType<GeneratedPassword>().ToList() is { Count: > 0 } list ? list : null),
            added => string.Concat((added.Generated ?? []).Select(g => $"{g.Address}\t{g.Password}\n")),
            JsonContext.Default.AddedFromFile)
        {
            Changed = added => added.Added > 0,
        };

    private string[] Counted(string[] fields, int min, int max) => fields.Length >= min && fields.Length <= max ? fields : throw new VmmException(
        ErrorCode.InvalidArgument,
        $"{Errors.Count(fields.Length, "field")} in place of {(min == max ? $"{min}" : max == int.MaxValue ? $"{min} or more" : $"{min} to {max}")}",
        $"A line has, with tabs between: {Fields}.");

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
