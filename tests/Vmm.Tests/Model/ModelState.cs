namespace Vmm.Tests.Model;

/// <summary>Everything that can be asked about a model, as lines: the same as <see cref="RealState"/> has them.</summary>
internal static class ModelState
{
    public static List<string> Of(MailModel model, IEnumerable<string> named) =>
        [
            $"homes {model.Homes}",
            .. model.Domains.Values.SelectMany(d => d.Names.Select(n => $"listdomains {n} {n == d.Primary}")),
            .. from d in model.Domains.Values
            from n in d.Names
            from l in d.LocalParts
            select $"listaddresses {l}@{n} {d.KindOf(l)} {n != d.Primary}",
            .. Universe.Names.Select(n => Domain(model, n)),
            .. Universe.Names.Select(n => CatchAll(model, n)),
            .. Listed(model).Union(named).Order(StringComparer.Ordinal).Select(a => Address(model, a)),
            .. Universe.Asked.SelectMany(a => Answers(model, a)).Order(StringComparer.Ordinal),
        ];

    private static IEnumerable<string> Listed(MailModel model) =>
        from d in model.Domains.Values
        from n in d.Names
        from l in d.LocalParts
        select $"{l}@{n}";

    private static string Domain(MailModel model, string name) =>
        model.Find(name) switch
        {
            null => $"domaininfo {name}: {ErrorCode.NoSuchDomain}",
            { } d when d.Primary != name => $"domaininfo {name}: alias of {d.Primary}",
            { } d =>
                $"domaininfo {name}: {d.Quota} {d.Services} {d.Transport} {d.Note} {d.AliasNames.Count} {d.Accounts.Count} "
                    + $"{d.Aliases.Count} {d.Relocated.Count}"
                    + $" {d.CatchAll.Count} [{Join(d.AliasNames)}] [{Under(d.Accounts.Keys, name)}] "
                        + $"[{Under(d.Aliases.Keys, name)}] [{Under(d.Relocated.Keys, name)}] [{Join(d.CatchAll)}]",
        };

    private static string CatchAll(MailModel model, string name) =>
        $"catchallinfo {name}: "
        + (
            model.Find(name) is not { } d ? $"{ErrorCode.NoSuchDomain}"
            : d.CatchAll.Count == 0 ? $"{ErrorCode.NoSuchAlias}"
            : Join(d.CatchAll)
        );

    private static string Address(MailModel model, string address)
    {
        var (localPart, domain) = (address.Split('@')[0], model.Find(address.Split('@')[1]));
        return $"userinfo {address}: " + domain?.KindOf(localPart) switch
        {
            "account" => Account(model, domain, localPart),
            "alias" => $"alias {Join(domain.Aliases[localPart])}",
            "relocated" => $"relocated {domain.Relocated[localPart]}",
            _ => domain is null ? $"{ErrorCode.NoSuchDomain}" : $"{ErrorCode.NoSuchAccount}",
        };
    }

    private static string Account(MailModel model, ModelDomain d, string localPart)
    {
        var a = d.Accounts[localPart];
        return $"account {localPart}@{d.Primary} {a.Name} {a.Quota ?? d.Quota} {a.Quota is null} {a.Services ?? d.Services} "
            + $"{a.Services is null}"
            + $" {a.Transport ?? d.Transport} {a.Transport is null} {a.Note} "
                + $"[{Join(model.AliasesTo([.. d.Names.Select(n => $"{localPart}@{n}")]))}]";
    }

    /// <summary>What each function says to Postfix and Dovecot.</summary>
    private static List<string> Answers(MailModel model, string address)
    {
        if (model.Find(address.Split('@')[1]) is not { } domain)
        {
            return [];
        }

        var localPart = address.Split('@')[0];
        var next = new AliasWalk(model).Next(address);
        var account = domain.Accounts.GetValueOrDefault(localPart);
        List<string> answers =
        [
            $"transport {address} {account?.Transport ?? domain.Transport}",
            .. next.Select(d => $"alias {address} {d}"),
        ];
        if (account is not null)
        {
            var own = $"{localPart}@{domain.Primary}";
            var (services, quota) = (account.Services ?? domain.Services, account.Quota ?? domain.Quota);
            answers.AddRange([
                $"password {address} {account.Password} {Services(services)}",
                $"user {address} {own}",
                $"uid {address} {own}",
                $"mailbox {address} {own}",
                $"quota {address} *:bytes={quota.Bytes}:messages={quota.Messages}",
                .. domain.Names.Select(n => $"sender {address} {localPart}@{n}"),
            ]);
            answers.AddRange(domain.CatchAll.Count > 0 ? [$"alias {address} {address}"] : []);
        }

        answers.AddRange(domain.Relocated.TryGetValue(localPart, out var moved) ? [$"relocated {address} {moved}"] : []);
        answers.AddRange(
            domain.Aliases.ContainsKey(localPart) ? new AliasWalk(model).Logins(address).Select(l => $"sender {address} {l}") : []
        );
        return answers;
    }

    private static string Services(ServiceSet set) =>
        string.Join(
            ' ',
            new[] { ServiceSet.Smtp, ServiceSet.Pop3, ServiceSet.Imap, ServiceSet.Sieve }.Select(s => set.HasFlag(s) ? "t" : "f")
        );

    private static string Under(IEnumerable<string> localParts, string name) => Join(localParts.Select(l => $"{l}@{name}"));

    internal static string Join(IEnumerable<string> items) => string.Join(' ', items);
}
