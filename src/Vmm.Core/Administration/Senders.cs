using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What <c>senderadd</c> changed.</summary>
/// <param name="Sender">The address under the primary name of its domain; of a whole domain @ and its name.</param>
/// <param name="Added">Accounts that may send as it now.</param>
/// <param name="Updated">Accounts that could already, and whose grant ends at another time now.</param>
/// <param name="Ignored">Accounts that can already, and whose grant stays as it is.</param>
/// <param name="Expires">When the grants end that were added or changed, UTC; left out if they do not.</param>
public sealed record AddedSenderGrants(
    string Sender,
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Updated,
    IReadOnlyList<string> Ignored,
    DateTime? Expires);

/// <summary>What <c>senderdelete</c> changed.</summary>
/// <param name="Sender">The address under the primary name of its domain; of a whole domain @ and its name.</param>
/// <param name="Deleted">Accounts that lost the grant.</param>
/// <param name="Ignored">Accounts that did not have it.</param>
public sealed record DeletedSenderGrants(string Sender, IReadOnlyList<string> Deleted, IReadOnlyList<string> Ignored);

/// <summary>An administrator may let accounts send as an address or a domain, apart from where its mail goes.</summary>
public static class Senders
{
    /// <summary>As many as Postfix expands an alias to.</summary>
    private const int Most = 1000;

    /// <summary>Lets accounts send as an address, which need not exist, or as any address of a domain.</summary>
    /// <param name="s">The session.</param>
    /// <param name="sender">Under any name of its domain.</param>
    /// <param name="accounts">Of any domain, under any of its names.</param>
    /// <param name="expiry">When that ends; null for what is there already, else never.</param>
    /// <exception cref="VmmException">44, 52, 57.</exception>
    public static AddedSenderGrants Add(
        Session s, SenderAddress sender, IReadOnlyList<EmailAddress> accounts, Expiry? expiry)
    {
        var (domain, own) = Hold(s, sender);
        RequireWhole(s, own);
        var rows = accounts.Select(a => Accounts.Require(s, a)).DistinctBy(a => a.Uid).ToList();
        if (SenderSql.LockAccounts(s.Tx, rows.Select(r => r.Uid)) is var there
            && rows.Find(r => !there.Contains(r.Uid)) is { } gone)
        {
            throw ObjectErrors.NoSuchAccount(gone.Address);
        }

        var existing = SenderSql.Grants(s.Tx, domain.Gid, own.LocalPart).ToDictionary(g => g.Uid);
        var added = rows.Where(r => r.Address.ToString() != own.ToString()
            && (!existing.TryGetValue(r.Uid, out var grant) || grant.IsExpired)).ToList();
        var changed = expiry is null ? [] : rows.Except(added)
            .Where(r => existing.TryGetValue(r.Uid, out var grant) && grant.Expires != expiry.At).ToList();
        List<AccountRow> put = [.. added, .. changed];
        var ignored = rows.Except(put).ToList();
        if (existing.Keys.Union(added.Select(r => r.Uid)).Count() > Most)
        {
            throw SenderErrors.TooMany(own, Most);
        }

        if (put.Count > 0)
        {
            SenderSql.Put(s.Tx, domain.Gid, own.LocalPart, put.Select(r => r.Uid), expiry?.At);
        }

        if (ignored.Count > 0)
        {
            s.Warn($"ignored accounts (already granted, or the address itself): {string.Join(' ', Addresses(ignored))}");
        }

        return new AddedSenderGrants(
            own.ToString(), Addresses(added), Addresses(changed), Addresses(ignored), put.Count > 0 ? expiry?.At : null);
    }

    /// <summary>Takes back what was granted to accounts, or to all if none are given.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static DeletedSenderGrants Delete(Session s, SenderAddress sender, IReadOnlyList<EmailAddress> accounts)
    {
        var (domain, own) = Hold(s, sender);
        var existing = SenderSql.Grants(s.Tx, domain.Gid, own.LocalPart);
        if (existing.Count == 0)
        {
            throw SenderErrors.NoGrant(own);
        }

        var wanted = accounts.Select(a => DomainSql.Find(s.Tx, a.Domain) is { } of ? a.At(of.Name) : a)
            .Select(a => a.ToString())
            .Distinct()
            .ToList();
        var deleted = accounts.Count == 0 ? existing : [.. existing.Where(g => wanted.Contains(g.Account))];
        if (deleted.Count == 0)
        {
            throw SenderErrors.NotThese(own);
        }

        SenderSql.Delete(s.Tx, domain.Gid, own.LocalPart, deleted.Select(g => g.Uid));
        List<string> names = [.. deleted.Select(g => g.Account)];
        List<string> ignored = [.. wanted.Except(names)];
        if (ignored.Count > 0)
        {
            s.Warn($"'{own}' was not granted to: {string.Join(' ', ignored)}");
        }

        return new DeletedSenderGrants(own.ToString(), names, ignored);
    }

    /// <summary>After an address is deleted: warns of those who may go on sending as it.</summary>
    internal static void WarnOfRest(Session s, long gid, EmailAddress gone) => Warn(s, gid, gone, "is still granted");

    /// <summary>Where an address gets an owner: warns of those who could send as it before, and still can.</summary>
    internal static void WarnOfEarlier(Session s, long gid, EmailAddress own) => Warn(s, gid, own, "was granted before");

    /// <summary>What was granted of an address that is renamed follows it.</summary>
    /// <returns>The number of grants; null for none.</returns>
    internal static int? Follow(Session s, long gid, AddressRename rename, long target)
    {
        WarnOfEarlier(s, target, rename.New);
        var moved = SenderSql.Move(s.Tx, gid, rename.Old.LocalPart, target, rename.New.LocalPart);
        return moved > 0 ? moved : null;
    }

    private static void Warn(Session s, long gid, EmailAddress address, string how)
    {
        List<string> accounts =
        [
            .. from grant in SenderSql.Grants(s.Tx, gid, address.LocalPart)
               where !grant.IsExpired && grant.LocalPart.Length > 0 && grant.Account != address.ToString()
               select grant.Account,
        ];
        if (accounts.Count > 0)
        {
            s.Warn(
                $"'{address}' {how} as a sender address to: {string.Join(' ', accounts.Take(5))}"
                + $"{(accounts.Count > 5 ? " ..." : "")}; 'vmm senderdelete {address}' ends that");
        }
    }

    private static (DomainRow Domain, SenderAddress Own) Hold(Session s, SenderAddress sender)
    {
        var domain = DomainLocks.Share(s, sender.Domain);
        return (domain, sender.At(domain.Name));
    }

    /// <summary>
    /// Postfix takes the first answer, and asks for the whole address first: whoever may send as the one without the extension
    /// could not send with it any more.
    /// </summary>
    private static void RequireWhole(Session s, SenderAddress own)
    {
        if (Shorter(s, own) is { } shorter && AddressSql.Kind(s.Tx, shorter) is AddressKind.Account or AddressKind.Alias
            && AddressSql.Kind(s.Tx, Address(own)) is null)
        {
            throw SenderErrors.Extended(own, shorter.ToString());
        }
    }

    /// <summary>
    /// The address for which Postfix asks where it gets no answer for the whole one; null where it cuts nothing off.
    /// </summary>
    internal static EmailAddress? Shorter(Session s, SenderAddress sender)
    {
        // A delimiter may be any character, but is hardly a letter: most addresses need no question.
        if (sender.LocalPart.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        var key = new TraceKey(sender.LocalPart, sender.Domain.Ascii);
        return key.WithoutExtension(PostfixRules.Read(s).Delimiters) is var (shorter, _)
            ? EmailAddress.Stored(shorter.LocalPart, sender.Domain.Ascii)
            : null;
    }

    /// <summary>As an address; the caller knows that it is one.</summary>
    internal static EmailAddress Address(SenderAddress sender) => EmailAddress.Stored(sender.LocalPart, sender.Domain.Ascii);

    private static List<string> Addresses(IEnumerable<AccountRow> rows) => [.. rows.Select(r => r.Address.ToString())];
}
