using System.Text.Json.Nodes;
using Vmm.Core.Configuration;
using Vmm.Core.OldConfiguration;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core;

/// <summary>A row that would come or go; one that would be changed goes in its old form and comes in its new one.</summary>
/// <param name="Change">+ or -.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Row">Its columns; a password hash is not shown.</param>
public sealed record RowEffect(string Change, string Table, JsonObject Row);

/// <summary>A directory that would be made or removed with all it holds.</summary>
/// <param name="Change">+ or -.</param>
/// <param name="Path">Absolute path.</param>
public sealed record DirectoryEffect(string Change, string Path);

/// <summary>What a change would do.</summary>
/// <param name="Rows">What is different in the database.</param>
/// <param name="Directories">What is different on the disk.</param>
public sealed record Effects(IReadOnlyList<RowEffect> Rows, IReadOnlyList<DirectoryEffect> Directories)
{
    private const string Secret = "passwd";

    /// <summary>
    /// Compares the rows that the change has written with those that others still see in their place. Rows that it has only locked, or written again
    /// as they were, fall out.
    /// </summary>
    internal static Effects Of(Session s)
    {
        var number = ChangeSql.Number(s.Tx);
        var after = ChangeSql.Written(s.Tx, number);
        // What the change itself still sees it has only locked.
        var locked = ChangeSql.Taken(s.Tx, number);
        var before = Session.Read(s.Settings, outside => ChangeSql.Taken(outside.Tx, number), s.Ct);
        var gone = before.Except(locked).Except(after);
        var come = after.Except(before);
        return new Effects(
            [.. gone.Select(r => Row("-", r)), .. come.Select(r => Row("+", r))],
            [.. s.Mailboxes.Removals.Select(p => new DirectoryEffect("-", p)), .. s.Mailboxes.Made.Select(p => new DirectoryEffect("+", p))]);
    }

    private static RowEffect Row(string change, RowText row)
    {
        var columns = JsonNode.Parse(row.Json)!.AsObject();
        if (columns.ContainsKey(Secret))
        {
            columns[Secret] = "(hidden)";
        }

        return new RowEffect(change, row.Table, columns);
    }
}
