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

    /// <summary>Throws the errors as one, if there are any.</summary>
    internal void Require() => BulkFile.Require([.. errors.OrderBy(e => e.Line).Select(e => e.Error)]);
}
