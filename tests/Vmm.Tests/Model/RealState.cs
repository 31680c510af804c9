namespace Vmm.Tests.Model;

/// <summary>
/// Everything that can be asked about a real installation, as lines: through the info and list commands, and through the functions
/// that Postfix and Dovecot call.
/// </summary>
internal static class RealState
{
    /// <summary>
    /// Takes an array of addresses. An account is told by its address, wherever a uid, a gid or a directory must be that account's.
    /// </summary>
    public const string Answers = """
        WITH asked AS (SELECT split_part(k, '@', 1) AS l, split_part(k, '@', 2) AS d FROM unnest($1::text[]) AS k),
             own AS (SELECT uid, gid, local_part || '@' || domainname AS address, domaindir || '/' || uid AS home
                       FROM users JOIN domain_name USING (gid) JOIN domain_data USING (gid) WHERE is_primary)
        SELECT format('password %s %s %s %s %s %s', userid, password, smtp, pop3, imap, sieve) FROM asked, dovecotpassword(l, d)
        UNION ALL SELECT format('user %s %s', userid, o.address) FROM asked, dovecotuser(l, d)
          LEFT JOIN own o USING (uid, gid, home) WHERE mail = 'maildir:~/Maildir'
        UNION ALL SELECT format('quota %s %s', userid, quota_rule) FROM asked, dovecotquotauser(l, d)
        UNION ALL SELECT format('mailbox %s %s', m.address, o.address) FROM asked, postfix_virtual_mailbox_map(l, d) m
          LEFT JOIN own o ON maildir = home || '/Maildir/'
        UNION ALL SELECT format('uid %s %s', recipient, o.address) FROM asked, postfix_virtual_uid_map(l, d)
          LEFT JOIN own o USING (uid)
        UNION ALL SELECT format('relocated %s %s', recipient, destination) FROM asked, postfix_relocated_map(l, d)
        UNION ALL SELECT format('transport %s %s', recipient, transport) FROM asked, postfix_transport_map(l, d)
        UNION ALL SELECT format('alias %s %s', recipient, destination) FROM asked, postfix_virtual_alias_map(l, d)
        UNION ALL SELECT format('sender %s %s', sender, login) FROM asked, postfix_smtpd_sender_login_map(l, d)
        """;

    /// <summary>The part that vmm tells.</summary>
    /// <param name="s">The session.</param>
    /// <param name="named">Addresses to ask about even when no list has them.</param>
    public static List<string> Of(Session s, IEnumerable<string> named)
    {
        var lines = new List<string>();
        foreach (var item in Vmm.Core.Administration.Domains.List(s, new DomainListPage(null)))
        {
            lines.Add($"listdomains {item.Domain} {item.IsPrimary}");
        }

        var addresses = new HashSet<string>(named);
        foreach (var item in AddressLookup.List(s, new AddressListPage(new AddressPattern(null, null))))
        {
            addresses.Add(item.Address);
            lines.Add($"listaddresses {item.Address} {item.Kind.Word()} {item.IsAliasDomain}");
        }

        foreach (var name in Universe.Names)
        {
            lines.Add(
                $"domaininfo {name}: "
                    + OrError(() => Domain(Vmm.Core.Administration.Domains.Find(s, DomainName.Parse(name), DomainDetails.All)))
            );
        }

        foreach (var name in Universe.Names)
        {
            lines.Add($"catchallinfo {name}: " + OrError(() => Join(CatchAlls.Info(s, DomainName.Parse(name)).Destinations)));
        }

        foreach (var address in addresses.Order(StringComparer.Ordinal))
        {
            lines.Add(
                $"userinfo {address}: "
                    + OrError(() =>
                        Address(AddressLookup.Find(s, EmailAddress.Parse(address), AddressKind.Account, AccountDetails.Aliases))
                    )
            );
        }

        return lines;
    }

    private static string Domain(AnyDomainInfo info) =>
        info.Domain is not { } d
            ? $"alias of {info.AliasDomain!.Domain}"
            : $"{new Quota(d.QuotaBytes, d.QuotaMessages)} {d.Services} {d.Transport} {d.Note} {d.AliasDomainCount} "
                + $"{d.AccountCount} {d.AliasCount} {d.RelocatedCount}"
                + $" {d.CatchAllCount} [{Join(d.AliasDomains!)}] [{Join(d.Accounts!)}] [{Join(d.Aliases!)}] "
                    + $"[{Join(d.Relocated!)}] [{Join(d.CatchAll!)}]"
                + (Directory.Exists(d.Directory) ? "" : " without its directory");

    private static string Address(AddressInfo info) =>
        info switch
        {
            { Account: { } a } =>
                $"account {a.Address} {a.Name} {new Quota(a.QuotaBytes, a.QuotaMessages)} {a.QuotaInherited} {a.Services} "
                    + $"{a.ServicesInherited}"
                    + $" {a.Transport} {a.TransportInherited} {a.Note} [{Join(a.Aliases!)}]"
                    + (Directory.Exists(a.MailDirectory) ? "" : " without its directory"),
            { Alias: { } a } => $"alias {Join(a.Destinations)}",
            _ => $"relocated {info.Relocated!.Destination}",
        };

    private static string OrError(Func<string> ask)
    {
        try
        {
            return ask();
        }
        catch (VmmException e)
        {
            return $"{e.Code}";
        }
    }

    private static string Join(IEnumerable<string> items) => ModelState.Join(items);
}
