using Vmm.Data.Failures;

namespace Vmm.Data;

/// <summary>The version of the schema that this program works with.</summary>
internal static class SchemaVersion
{
    /// <summary>The table whose single row has the version; sql/create_tables.pgsql creates it.</summary>
    internal const string Table = "vmm_schema";

    /// <summary>The layout with the journal; 1 is that of vmm 0.8.0.</summary>
    internal const int Known = 2;

    /// <summary>The error for a schema of a different version, or with null for a database without a vmm 0.8 schema.</summary>
    internal static VmmException Unknown(int? version) => version switch
    {
        null => Errors.SchemaUnknown(
            "the database has no vmm 0.8 schema",
            "For a new installation load sql/create_tables.pgsql; 'vmm upgrade' takes over the database of an older vmm."),
        < Known => Errors.SchemaUnknown(
            $"the database has schema version {version}, this vmm needs {Known}",
            "'vmm upgrade' brings it up to date; 'vmm upgrade --dry-run' only tries it."),
        _ => Errors.SchemaUnknown(
            $"the database has schema version {version}, this vmm supports {Known}",
            "Use the vmm that created it, or a later one."),
    };
}
