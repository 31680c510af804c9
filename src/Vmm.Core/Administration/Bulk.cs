using Vmm.Data.Failures;

namespace Vmm.Core.Administration;

/// <summary>What one line of a file asks for.</summary>
/// <param name="Number">Number of the line, from 1.</param>
/// <param name="Item">What was read from the line.</param>
public sealed record BulkLine<T>(int Number, T Item);

/// <summary>
/// Adds many objects from the lines of a file: fields are separated by tabs; empty lines and lines that begin with # are skipped.
/// All lines are added or none; every wrong line is reported.
/// </summary>
/// <param name="Source">Name of the file, for messages.</param>
/// <param name="Lines">The lines, without those that are skipped.</param>
public sealed record Bulk<T>(string Source, IReadOnlyList<BulkLine<T>> Lines)
{
    /// <summary>Whether an error only means that the object exists already, and that this is acceptable.</summary>
    public Func<VmmException, bool> IsTolerated { get; init; } = _ => false;

    /// <summary>Whether messages contain the number of the line.</summary>
    public bool IsNumbered { get; init; } = true;

    /// <summary>Numbers of the lines whose object existed already; filled while the lines are added.</summary>
    public ISet<int> Passed { get; init; } = new HashSet<int>();

    /// <summary>Called with what is done, the number of finished lines, and the number of all lines.</summary>
    public Action<string, long, long> Progress { get; init; } = (_, _, _) => { };

    /// <summary>Converts the item of each line.</summary>
    public Bulk<TOther> Select<TOther>(Func<T, TOther> map) =>
        new(Source, [.. Lines.Select(l => new BulkLine<TOther>(l.Number, map(l.Item)))])
        {
            IsTolerated = IsTolerated,
            IsNumbered = IsNumbered,
            Passed = Passed,
            Progress = Progress,
        };

    /// <summary>Adds line after line in one transaction.</summary>
    /// <returns>The number of objects added, without those that existed already.</returns>
    /// <exception cref="VmmException">The first error, which contains the others; then nothing is kept.</exception>
    public int Add(Session s, Action<Session, T> add)
    {
        if (Lines.Count > NameLocks.Most)
        {
            NameLocks.TakeAll(s);
        }

        var errors = new List<VmmException>();
        var added = 0;
        for (var i = 0; i < Lines.Count; i++)
        {
            s.Ct.ThrowIfCancellationRequested();
            Enter(s, Lines[i]);
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

    /// <summary>From here on, warnings are about this line.</summary>
    internal void Enter(Session s, BulkLine<T> line) => s.WarningPrefix = $"{Place(line)}: ";

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
