namespace Vmm.Sql;

/// <summary>The version of the schema.</summary>
internal static class SchemaSql
{
    /// <summary>Holds the one row with the version; made by sql/create_tables.pgsql.</summary>
    internal const string VersionTable = "vmm_schema";

    /// <summary>The layout of vmm 0.8.0.</summary>
    internal const int Known = 1;

    internal const string Version = "SELECT version FROM vmm_schema";

    internal static void RequireKnown(int? version)
    {
        if (version != Known)
        {
            throw Unknown(version);
        }
    }

    internal static VmmException Unknown(int? version) => version is null
        ? Errors.SchemaUnknown("the database has no vmm 0.8 schema", "For a new installation load sql/create_tables.pgsql; 'vmm upgrade' takes over the database of an older vmm.")
        : Errors.SchemaUnknown($"the database has schema version {version}, this vmm knows {Known}", "Use the vmm that made it, or a later one.");
}
