using Vmm.Core.Mailboxes;
using Vmm.Data.Rows;

namespace Vmm.Core.Administration;

/// <summary>What one change put into the trash.</summary>
/// <param name="Header">Of its manifest.</param>
/// <param name="Parts">Its directories: one for each base directory that the mail was in.</param>
internal sealed record TrashChange(TrashHeader Header, IReadOnlyList<TrashPart> Parts)
{
    /// <summary>All mail that is still there.</summary>
    internal IEnumerable<TrashPlace> Mail => Parts.SelectMany(p => p.Mail);

    /// <summary>The accounts with a home of their own that are still there; those of a whole domain are in its directory.</summary>
    internal IEnumerable<long> Uids => Mail.Where(m => !m.Item.IsDomain).Select(m => m.Item.Id);

    /// <summary>Number of accounts that can come back.</summary>
    internal long Accounts => Header.IsDomain ? Header.Accounts : Uids.Count();
}

/// <summary>The directory of a change in the trash of one base directory.</summary>
/// <param name="BaseDirectory">Whose trash it is in.</param>
/// <param name="Entry">Its name.</param>
/// <param name="Mail">The mail that is still there.</param>
internal sealed record TrashPart(string BaseDirectory, string Entry, IReadOnlyList<TrashPlace> Mail)
{
    /// <summary>Absolute path.</summary>
    internal string Path => $"{BaseDirectory}/{TrashFolder.Name}/{Entry}";
}
