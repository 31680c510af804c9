using Vmm.Data.Failures;



namespace Vmm.Data;

/// <summary>The version of the schema that this program works with.</summary>
internal static class SchemaVersion
{
    /// <summary>Holds the one row with the version; made by sql/create_tables.pgsql.</summary>
    internal const string Table = "vmm_schema";

    /// <summary>The layout of vmm 0.8.0.</summary>
    internal const int Known = 1;

    /// <summary>The refusal of a schema that is not the known one; without a version there is none of vmm 0.8.</summary>
    internal static VmmException Unknown(int? version) => version is null
        ? Errors.SchemaUnknown(
            "the database has no vmm 0.8 schema",
            "For a new installation load sql/create_tables.pgsql; 'vmm upgrade' takes over the database of an older vmm.")
        : Errors.SchemaUnknown($"the database has schema version {version}, this vmm knows {Known}", "Use the vmm that made it, or a later one.");
}
