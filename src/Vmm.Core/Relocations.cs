using Vmm.Sql;

namespace Vmm;

/// <summary>A relocated user: mail is refused with the new address.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Destination">The new address.</param>
public sealed record RelocatedInfo(string Address, string Destination);

/// <summary>What an administrator may do with relocated users.</summary>
public static class Relocations
{
    /// <summary>Adds a relocated user, or changes where one has moved to.</summary>
    /// <exception cref="VmmException">21, 28, 37, 39, 57, 59, 60.</exception>
    public static async Task<RelocatedInfo> AddAsync(Session s, EmailAddress address, Destination destination)
    {
        var (domain, own) = await Addresses.RequireFreeAsync(s, address, sameKind: "relocated");
        var normalized = (await Addresses.NormalizeAsync(s, [destination]))[0];
        if (normalized.ToString() == own.ToString())
        {
            throw Errors.RelocatedIdentical(address);
        }

        if (normalized.Domain.Ascii == Destination.Localhost)
        {
            throw Errors.DomainInvalid(Destination.Localhost, "nobody outside can write to it");
        }

        if (await RelocatedSql.DestinationAsync(s.Tx, domain.Gid, own) == normalized.ToString())
        {
            throw Errors.RelocatedUnchanged(address, normalized);
        }

        await RelocatedSql.UpsertAsync(s.Tx, domain.Gid, own, normalized.ToString());
        await Addresses.WarnOfDanglingAsync(s, [normalized]);
        return new RelocatedInfo(own.ToString(), normalized.ToString());
    }

    /// <summary>Where a relocated user has moved to.</summary>
    /// <exception cref="VmmException">57, 58.</exception>
    public static async Task<RelocatedInfo> InfoAsync(Session s, EmailAddress address)
    {
        var (domain, own) = await Addresses.ResolveAsync(s, address);
        var destination = await RelocatedSql.DestinationAsync(s.Tx, domain.Gid, own);
        return destination is null ? throw Errors.NoSuchRelocated(address) : new RelocatedInfo(address.ToString(), destination);
    }

    /// <summary>Deletes a relocated user.</summary>
    /// <exception cref="VmmException">57, 58.</exception>
    public static async Task<string> DeleteAsync(Session s, EmailAddress address)
    {
        var (domain, own) = await Addresses.HoldAsync(s, address);
        return await RelocatedSql.DeleteAsync(s.Tx, domain.Gid, own) == 1 ? own.ToString() : throw Errors.NoSuchRelocated(address);
    }

    /// <summary>All relocated users, once for each name of their domain.</summary>
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, AddressListPage page) => Addresses.ListAsync(s, "relocated", page);
}
