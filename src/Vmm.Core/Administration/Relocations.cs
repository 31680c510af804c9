using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>A relocated user: mail is refused with the new address.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Destination">The new address.</param>
public sealed record RelocatedInfo(string Address, string Destination);

/// <summary>What an administrator may do with relocated users.</summary>
public static class Relocations
{
    /// <summary>Adds a relocated user, or changes where one has moved to.</summary>
    /// <exception cref="VmmException">21, 28, 37, 39, 57, 59, 60.</exception>
    public static RelocatedInfo Add(Session s, EmailAddress address, Destination destination)
    {
        var (domain, own) = Addresses.RequireFree(s, address, sameKind: AddressKind.Relocated);
        var normalized = Addresses.Normalize(s, [destination])[0];
        if (Refusal(address, own, normalized, RelocatedSql.Destination(s.Tx, domain.Gid, own)) is { } refusal)
        {
            throw refusal;
        }

        AddressWarnings.OfNew(s, own);
        RelocatedSql.Upsert(s.Tx, domain.Gid, own, normalized.ToString());
        Addresses.WarnOfDangling(s, [normalized]);
        return new RelocatedInfo(own.ToString(), normalized.ToString());
    }

    /// <summary>Why this cannot be where a user has moved to, or null.</summary>
    /// <param name="address">As it was given.</param>
    /// <param name="own">Under the primary name.</param>
    /// <param name="destination">The new address.</param>
    /// <param name="stored">The one that is stored, or null.</param>
    internal static VmmException? Refusal(EmailAddress address, EmailAddress own, Destination destination, string? stored) =>
        destination.ToString() == own.ToString() ? ObjectErrors.RelocatedIdentical(address)
        : destination.Domain.Ascii == Destination.Localhost
            ? Errors.DomainInvalid(Destination.Localhost, "nobody outside this server can write to it")
        : stored == destination.ToString() ? ObjectErrors.RelocatedUnchanged(address, destination)
        : null;

    /// <summary>Where a relocated user has moved to.</summary>
    /// <exception cref="VmmException">57, 58.</exception>
    public static RelocatedInfo Info(Session s, EmailAddress address)
    {
        var (domain, own) = Addresses.Resolve(s, address);
        var destination = RelocatedSql.Destination(s.Tx, domain.Gid, own);
        return destination is null
            ? throw ObjectErrors.NoSuchRelocated(address)
            : new RelocatedInfo(address.ToString(), destination);
    }

    /// <summary>Deletes a relocated user.</summary>
    /// <exception cref="VmmException">57, 58.</exception>
    public static string Delete(Session s, EmailAddress address)
    {
        var (domain, own) = Addresses.Hold(s, address);
        return RelocatedSql.Delete(s.Tx, domain.Gid, own) == 1
            ? own.ToString()
            : throw Addresses.Missing(s, own, ObjectErrors.NoSuchRelocated(address));
    }

    /// <summary>All relocated users, once for each name of their domain.</summary>
    public static IEnumerable<AddressListItem> List(Session s, AddressListPage page) =>
        Addresses.List(s, AddressKind.Relocated, page);
}
