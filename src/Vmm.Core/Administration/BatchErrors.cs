using Vmm.Data.Failures;

namespace Vmm.Core.Administration;

/// <summary>The errors of the lines of a file, found in any order and told in that of the lines.</summary>
internal sealed class BatchErrors<T>(Bulk<T> bulk)
{
    private readonly List<(int Line, VmmException Error)> errors = [];

    /// <summary>Notes the error of a line, unless it is tolerated.</summary>
    internal void Add(BulkLine<T> line, VmmException error)
    {
        var found = new List<VmmException>();
        bulk.Add(found, line, error);
        errors.AddRange(found.Select(e => (line.Number, e)));
    }

    /// <summary>
    /// Of aliases and catch-alls that cannot be delivered: whatever is too long or leads back, the last line with a part in it
    /// makes it so. A part may be reached by another address: with an extension, by an alias domain or by a catch-all. If that is
    /// so with all of them, the last line of the file is blamed, because the message names the address.
    /// </summary>
    internal void Blame(
        IEnumerable<(VmmException Error, IReadOnlyCollection<string> Way)> undeliverable, ILookup<string, BulkLine<T>> lines)
    {
        var blamed = new HashSet<int>();
        foreach (var (error, way) in undeliverable)
        {
            var last = way.SelectMany(address => lines[address]).MaxBy(l => l.Number)
                ?? lines.SelectMany(l => l).MaxBy(l => l.Number);
            if (last is not null && blamed.Add(last.Number))
            {
                Add(last, error);
            }
        }
    }

    /// <summary>Throws the errors as one, if there are any.</summary>
    internal void Require() => BulkFile.Require([.. errors.OrderBy(e => e.Line).Select(e => e.Error)]);
}
