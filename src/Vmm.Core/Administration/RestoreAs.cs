using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Brings one deleted account back under another address: what led to the old one, and was deleted with it, leads to that.
/// </summary>
internal static class RestoreAs
{
    /// <exception cref="VmmException">21, 27, 28, 36, 37, 57, 60, 81, 84, 85, 97.</exception>
    internal static Undone Run(Session s, long change, long uid, EmailAddress address, TrashIndex trash)
    {
        var (domain, own) = Addresses.RequireFree(s, address);
        var row = UndoSql.Plan(s.Tx, [change], [uid])
                .Find(p => p is { Kind: "account", WasThere: true, IsThere: false })
            ?? throw UndoErrors.Nothing([change]);
        var obstacles = UndoObstacleSql.Find(s.Tx, [change], [uid], limit: 10)
            .Where(o => o.Kind == "account" && o.Reason is not ("taken" or "domain"))
            .ToList();
        if (obstacles.Count > 0)
        {
            throw UndoErrors.Obstacles([change], obstacles, isRestore: false);
        }

        var place = trash.Find(isDomain: false, uid)
            ?? throw UndoErrors.NoMail([change], row.Old, $"{domain.Directory}/{uid}");
        if (RestoreAsSql.InsertAs(s.Tx, change, uid, domain.Gid, own.LocalPart) != 1)
        {
            throw UndoErrors.Nothing([change]);
        }

        if (AccountSql.Password(s.Tx, uid) is { } stored && PasswordScheme.WithAddressIn(stored) is { } scheme)
        {
            s.Warn($"the password of '{own}' is stored as {scheme}, with the old address in it: set a new one");
        }

        List<UndoneObject> added =
        [
            .. Redirect(s, change, row, own),
            .. UndoSenderSql.InsertAgain(s.Tx, change, uid).Select(a => new UndoneObject("added", "sender grant", a, null)),
        ];
        s.Mailboxes.Return(place, DomainPath.Parse(domain.Directory, domain.Gid), Domains.DirectoryMode(s));
        DovecotSessions.Forget(s, own.ToString());
        AddressWarnings.OfNew(s, own);
        AddressWarnings.OfAccount(s, domain.Gid, own);
        Senders.WarnOfEarlier(s, domain.Gid, own);
        Suspensions.WarnOfDomain(s, domain.Gid, own);
        return new Undone([change], [new UndoneObject("added", "account", own.ToString(), row.Old), .. added]);
    }

    private static IEnumerable<UndoneObject> Redirect(Session s, long change, UndoRow row, EmailAddress own)
    {
        var localPart = Undo.LocalPart(row.Old);
        string[] old = [row.Old, .. UndoSql.Names(s.Tx, [row.OldGid]).Select(n => $"{localPart}@{n.Name}")];
        AliasSql.LockGraph(s.Tx);
        var aliases = RestoreAsSql.InsertAliasesAs(s.Tx, change, old, own.ToString());
        var catchAlls = RestoreAsSql.InsertCatchAllsAs(s.Tx, change, old, own.ToString());
        if (aliases.Count + catchAlls.Count > 0)
        {
            DestinationList.RequireDeliverable(
                s, [.. aliases, .. catchAlls.Select(d => $"{DestinationList.AnyLocalPart}@{d}")], PostfixRules.Read(s));
        }

        return aliases.Select(a => new UndoneObject("added", "alias", a, null))
            .Concat(catchAlls.Select(d => new UndoneObject("added", "catch-all", d, null)));
    }
}
