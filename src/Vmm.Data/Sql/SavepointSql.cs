namespace Vmm.Data.Sql;

/// <summary>A part of a transaction that can be taken back.</summary>
internal static class SavepointSql
{
    internal const string Take = "SAVEPOINT vmm_part";
    internal const string GiveBack = "ROLLBACK TO SAVEPOINT vmm_part";

    /// <summary>Begins the part.</summary>
    internal static void Begin(Transaction tx) => tx.Script(Take);

    /// <summary>Takes back what was done since, also after an error of the database.</summary>
    internal static void Undo(Transaction tx) => tx.Script(GiveBack);
}
