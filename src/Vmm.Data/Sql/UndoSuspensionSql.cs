namespace Vmm.Data.Sql;

/// <summary>Parts of the statements of <see cref="UndoSql"/>: the suspension of an account or a domain.</summary>
internal static class UndoSuspensionSql
{
    internal const string Columns = "suspended, suspended_until, suspended_reason, suspended_text";

    internal const string Before = """
        p.before->>'suspended', (p.before->>'suspended_until')::timestamptz, p.before->>'suspended_reason',
               p.before->>'suspended_text'
        """;

    /// <summary>Whether the changes say something else of it, in any of its parts.</summary>
    internal const string IsChanged = """
        (p.before->'suspended', p.before->'suspended_until', p.before->'suspended_reason', p.before->'suspended_text')
                 IS DISTINCT FROM
                 (p.after->'suspended', p.after->'suspended_until', p.after->'suspended_reason', p.after->'suspended_text')
        """;

    /// <summary>The same of what others have changed since.</summary>
    internal const string IsChangedSince = """
        (l.before->'suspended', l.before->'suspended_until', l.before->'suspended_reason', l.before->'suspended_text')
                 IS DISTINCT FROM
                 (l.after->'suspended', l.after->'suspended_until', l.after->'suspended_reason', l.after->'suspended_text')
        """;

    /// <summary>
    /// A suspension as a whole: if an undo took back only its mode, it would leave behind what others said of theirs.
    /// </summary>
    internal const string Back = $"""
        ({Columns}) = (
                   SELECT CASE WHEN c.changed THEN p.before->>'suspended' ELSE suspended END,
                          CASE WHEN c.changed THEN (p.before->>'suspended_until')::timestamptz ELSE suspended_until END,
                          CASE WHEN c.changed THEN p.before->>'suspended_reason' ELSE suspended_reason END,
                          CASE WHEN c.changed THEN p.before->>'suspended_text' ELSE suspended_text END
                     FROM (SELECT {IsChanged} AS changed) AS c)
        """;
}
