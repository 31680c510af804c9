namespace Vmm.Data.Sql;

/// <summary>Statements that repair the schema. You run them by hand; vmm itself runs none of them.</summary>
internal static class SchemaRemedies
{
    /// <summary>Creates a missing part; null for a part that needs a longer statement.</summary>
    internal static string? Make(SchemaPart part) => part.Kind switch
    {
        "constraint" => $"ALTER TABLE {Table(part.Name)} ADD CONSTRAINT {Own(part.Name)} {part.Definition}",
        "column" => $"ALTER TABLE {Table(part.Name)} ADD COLUMN {Own(part.Name)} {part.Definition}",
        "index" or "trigger" => part.Definition,
        "sequence" => $"CREATE SEQUENCE {part.Name}",
        _ => null,
    };

    /// <summary>
    /// Repairs a part that exists as <paramref name="definition"/>; null for a part that needs a longer statement.
    /// </summary>
    internal static string? Mend(SchemaPart part, string definition) => part.Kind switch
    {
        "trigger" when definition == $"{part.Definition} (disabled)" =>
            $"ALTER TABLE {Table(part.Name)} ENABLE TRIGGER {Own(part.Name)}",
        "trigger" => $"DROP TRIGGER {Own(part.Name)} ON {Table(part.Name)}; {part.Definition}",
        "constraint" when definition == $"{part.Definition} NOT VALID" =>
            $"ALTER TABLE {Table(part.Name)} VALIDATE CONSTRAINT {Own(part.Name)}",
        "constraint" =>
            $"ALTER TABLE {Table(part.Name)} DROP CONSTRAINT {Own(part.Name)}, ADD CONSTRAINT {Own(part.Name)} {part.Definition}",
        "index" when definition == $"{part.Definition} (invalid)" => $"REINDEX INDEX {part.Name}",
        "index" => $"DROP INDEX {part.Name}; {part.Definition}",
        _ => null,
    };

    /// <summary>Grants a privilege.</summary>
    internal static string Grant(NeededRight right) => $"GRANT {right.Right} ON {right.On} TO {right.Role}";

    /// <summary>The table that a part belongs to, or the part itself.</summary>
    internal static string Table(string name) => name.Split('.')[0];

    private static string Own(string name) => name.Split('.')[^1];
}
