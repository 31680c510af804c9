using Vmm.Data.Failures;




namespace Vmm.Core.Administration;

/// <summary>What one line of a file asks for.</summary>
/// <param name="Number">Of the line, from 1.</param>
/// <param name="Item">What was read from it.</param>
public sealed record BulkLine<T>(int Number, T Item);

/// <summary>
/// Adding many objects from the lines of a file: fields separated by tabs, empty lines and lines that begin with # skipped. All of it or nothing; every
/// wrong line is named.
/// </summary>
/// <param name="Source">Name of the file, for messages.</param>
/// <param name="Lines">What they ask for.</param>
public sealed record Bulk<T>(string Source, IReadOnlyList<BulkLine<T>> Lines)
{
    /// <summary>Whether an error means that the wanted object is there already, and that this is fine.</summary>
    public Func<VmmException, bool> IsTolerated { get; init; } = _ => false;

    /// <summary>Whether messages name the number of the line.</summary>
    public bool IsNumbered { get; init; } = true;

    /// <summary>Numbers of the lines whose object was there already, filled while they are added.</summary>
    public ISet<int> Passed { get; init; } = new HashSet<int>();

    /// <summary>Told how many lines are done.</summary>
    public Action<string, long, long> Progress { get; init; } = (_, _, _) => { };

    /// <summary>The same lines as something else.</summary>
    public Bulk<TOther> Select<TOther>(Func<T, TOther> map) =>
        new(Source, [.. Lines.Select(l => new BulkLine<TOther>(l.Number, map(l.Item)))]) { IsTolerated = IsTolerated, IsNumbered = IsNumbered, Passed = Passed, Progress = Progress };

    /// <summary>Adds line after line in one transaction.</summary>
    /// <returns>The number of objects added; those that were there already do not count.</returns>
    /// <exception cref="VmmException">The first error with the others in it; then nothing is kept.</exception>
    public int Add(Session s, Action<Session, T> add)
    {
        var errors = new List<VmmException>();
        var added = 0;
        for (var i = 0; i < Lines.Count; i++)
        {
            s.Ct.ThrowIfCancellationRequested();
            s.WarningPrefix = $"{Place(Lines[i])}: ";
            try
            {
                add(s, Lines[i].Item);
                added++;
            }
            catch (VmmException e) when (e.Code != ErrorCode.Database)
            {
                Add(errors, Lines[i], e);
            }

            Progress("adding", i + 1, Lines.Count);
        }

        s.WarningPrefix = "";
        BulkFile.Require(errors);
        return added;
    }

    private string Place(BulkLine<T> line) => IsNumbered ? $"{Source}, line {line.Number}" : Source;

    /// <summary>Notes the error of a line, unless it is tolerated.</summary>
    internal void Add(List<VmmException> errors, BulkLine<T> line, VmmException e)
    {
        if (IsTolerated(e))
        {
            Passed.Add(line.Number);
        }
        else
        {
            errors.Add(new VmmException(e.Code, $"{Place(line)}: {e.Message}", e.Hint));
        }
    }
}
