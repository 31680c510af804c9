using Vmm.Data.Failures;

namespace Vmm.Data.Sql;

/// <summary>The version of the schema.</summary>
internal static class SchemaSql
{
    internal const string Version = "SELECT version FROM vmm_schema";

    /// <exception cref="VmmException">82, when this vmm does not support the schema's version.</exception>
    internal static void RequireKnown(Transaction tx)
    {
        var version = tx.Scalar<int?>(Version);
        if (version != SchemaVersion.Known)
        {
            throw SchemaVersion.Unknown(version);
        }
    }
}
