namespace Vmm.Data.Rows;

/// <summary>An object that is to be as it was before some changes.</summary>
/// <param name="Kind">As in the journal.</param>
/// <param name="Number">uid of an account; else the gid.</param>
/// <param name="OldGid">The domain that it was in.</param>
/// <param name="Old">Its address or name then.</param>
/// <param name="Gid">The domain that it is in now.</param>
/// <param name="Name">Its address or name now.</param>
/// <param name="WasThere">False where the changes added it.</param>
/// <param name="IsThere">False where the changes deleted it.</param>
/// <param name="Directory">Of a domain that was deleted: where its mail was.</param>
internal sealed record UndoRow(
    string Kind, long Number, long OldGid, string Old, long Gid, string Name, bool WasThere, bool IsThere, string? Directory);

/// <summary>Why an object cannot be as it was.</summary>
/// <param name="Kind">As in the journal.</param>
/// <param name="Name">Its address or name.</param>
/// <param name="Reason">changed, password, taken, domain, account, content, choice or foreign.</param>
/// <param name="Change">The change that is to be undone first; null where that would not help.</param>
internal sealed record UndoObstacle(string Kind, string Name, string Reason, long? Change);
