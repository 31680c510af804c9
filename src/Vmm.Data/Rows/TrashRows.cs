namespace Vmm.Data.Rows;

/// <summary>The first line of a manifest in the trash: the change that deleted something.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Change">Number of the change in the journal.</param>
/// <param name="At">When it began, as PostgreSQL writes it in JSON.</param>
/// <param name="By">The administrator, or the role in the database.</param>
/// <param name="Command">The command line; null where vmm was not used.</param>
/// <param name="Object">The domain, or the first account, that was deleted.</param>
/// <param name="Domains">Number of domains that were deleted.</param>
/// <param name="Accounts">Number of accounts that were deleted.</param>
internal sealed record TrashHeader(
    int Version, long Change, string At, string By, string? Command, string Object, long Domains, long Accounts)
{
    /// <summary>Whether it deleted domains.</summary>
    internal bool IsDomain => Domains > 0;
}

/// <summary>The password of an account that goes into the trash.</summary>
/// <param name="Uid">The account.</param>
/// <param name="Hash">As it is stored.</param>
/// <param name="Changed">When it was changed last, ISO 8601 in UTC; empty where that is not known.</param>
internal sealed record KeptPassword(long Uid, string Hash, string Changed);
