using System.Text.Json.Nodes;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core;

/// <summary>A row that would be added or removed; a changed row is removed in its old form and added in its new one.</summary>
/// <param name="Change">+ or -.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Row">Its columns; a password hash is not shown.</param>
public sealed record RowEffect(string Change, string Table, JsonObject Row);

/// <summary>
/// A directory that would be made, or removed with everything in it; a home that moves to another domain is removed in its old
/// place and made in its new one.
/// </summary>
/// <param name="Change">+ or -.</param>
/// <param name="Path">Absolute path.</param>
public sealed record DirectoryEffect(string Change, string Path);

/// <summary>What a change would do.</summary>
/// <param name="Rows">The changes in the database.</param>
/// <param name="Directories">The changes on disk.</param>
public sealed record Effects(IReadOnlyList<RowEffect> Rows, IReadOnlyList<DirectoryEffect> Directories)
{
    private const string Secret = "passwd";

    /// <summary>
    /// Finds the effects of a change that is not committed, by comparing the rows that it has written with those that others still
    /// see. Rows that it has only locked, or written without a difference, are left out.
    /// </summary>
    internal static Effects Find(Session s)
    {
        var number = ChangeSql.Number(s.Tx);
        var after = ChangeSql.Written(s.Tx, number);
        // A row that the change itself still sees is only locked.
        var locked = ChangeSql.Taken(s.Tx, number);
        var before = Session.Read(s.Settings, outside => ChangeSql.Taken(outside.Tx, number), s.Ct);
        var gone = before.Except(locked).Except(after);
        var come = after.Except(before);
        return new Effects(
            [.. gone.Select(r => Row("-", r)), .. come.Select(r => Row("+", r))],
            [
                .. s.Mailboxes.Removals.Select(p => new DirectoryEffect("-", p)),
                .. s.Mailboxes.Moved.Select(m => new DirectoryEffect("-", m.Source)),
                .. s.Mailboxes.InTrash.Select(m => new DirectoryEffect("-", m.From)),
                .. s.Mailboxes.Made.Select(p => new DirectoryEffect("+", p)),
                .. s.Mailboxes.Moved.Select(m => new DirectoryEffect("+", m.Path)),
                .. s.Mailboxes.InTrash.Select(m => new DirectoryEffect("+", m.To)),
            ]);
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
