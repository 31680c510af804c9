namespace Vmm.Tests.Model;

/// <summary>
/// The rules of domains, alias domains, accounts, aliases, relocated users and catch-alls once more, over dictionaries: what an
/// administrator may do, and which
/// error he gets. Nothing here knows the database.
/// </summary>
internal sealed partial class MailModel
{
    public SortedDictionary<string, ModelDomain> Domains { get; } = new(StringComparer.Ordinal);

    /// <summary>Homes on the disk: those of the accounts, and those that were left when their accounts went.</summary>
    public int Homes { get; private set; }

    public ModelDomain? Find(string name) => Domains.Values.FirstOrDefault(d => d.Names.Contains(name));

    public void DomainAdd(string name)
    {
        Require(!Domains.ContainsKey(name), ErrorCode.DomainExists);
        Require(Find(name) is null, ErrorCode.DomainIsAlias);
        Domains.Add(name, new ModelDomain(name));
    }

    public void DomainDelete(string name, bool force, bool directory)
    {
        var domain = Primary(name);
        Require(force || !domain.LocalParts.Any(), ErrorCode.AccountAndAliasPresent);
        Homes -= directory ? domain.Accounts.Count + domain.HomesLeft : 0;
        Domains.Remove(name);
    }

    public void AliasDomainAdd(string alias, string target)
    {
        var domain = Primary(target);
        Require(!Domains.ContainsKey(alias), ErrorCode.AliasDomainIsDomain);
        Require(Find(alias) is null, ErrorCode.AliasDomainExists);
        domain.AliasNames.Add(alias);
    }

    public void AliasDomainSwitch(string alias, string target)
    {
        var from = HasAlias(alias);
        var to = Primary(target);
        Require(from != to, ErrorCode.AliasDomainExists);
        from.AliasNames.Remove(alias);
        to.AliasNames.Add(alias);
    }

    public void AliasDomainDelete(string alias) => HasAlias(alias).AliasNames.Remove(alias);

    public void UserAdd(string address, string password)
    {
        var (domain, localPart) = Free(address, null);
        domain.Accounts.Add(localPart, new ModelAccount { Password = password });
        Homes++;
    }

    public void UserDelete(string address, bool force, bool directory)
    {
        var (domain, localPart) = Split(address);
        Account(address);
        var names = domain.Names.Select(n => $"{localPart}@{n}").ToList();
        Require(force || !IsPointedTo(names), ErrorCode.AliasPresent);
        foreach (var other in Domains.Values)
        {
            other.CatchAll.ExceptWith(names);
            foreach (var (alias, destinations) in other.Aliases.ToList())
            {
                destinations.ExceptWith(names);
                RemoveIfEmpty(other, alias);
            }
        }

        domain.Accounts.Remove(localPart);
        Homes -= directory ? 1 : 0;
        domain.HomesLeft += directory ? 0 : 1;
    }

    public void AliasAdd(string address, IReadOnlyList<string> destinations)
    {
        var (domain, localPart) = Free(address, "alias");
        var existing = domain.Aliases.GetValueOrDefault(localPart, new(StringComparer.Ordinal));
        var added = destinations.Distinct().Where(d => d != $"{localPart}@{domain.Primary}" && !existing.Contains(d)).ToList();
        if (added.Count > 0)
        {
            UnlessRefused(() =>
            {
                existing.UnionWith(added);
                domain.Aliases[localPart] = existing;
                RequireNoLoop(domain, localPart);
            });
        }
    }

    public void AliasDelete(string address, IReadOnlyList<string> destinations)
    {
        var (domain, localPart) = Split(address);
        Require(domain.Aliases.TryGetValue(localPart, out var existing), ErrorCode.NoSuchAlias);
        List<string> names = [.. domain.Names.Select(n => $"{localPart}@{n}")];
        Require(destinations.Count > 0 || !IsPointedTo(names), ErrorCode.AliasPresent);
        Remove(existing!, destinations);
        RemoveIfEmpty(domain, localPart);
    }

    public void RelocatedAdd(string address, string destination)
    {
        var (domain, localPart) = Free(address, "relocated");
        Require(destination != $"{localPart}@{domain.Primary}", ErrorCode.RelocatedIdentical);
        Require(domain.Relocated.GetValueOrDefault(localPart) != destination, ErrorCode.RelocatedExists);
        domain.Relocated[localPart] = destination;
    }

    public void RelocatedDelete(string address)
    {
        var (domain, localPart) = Split(address);
        Require(domain.Relocated.Remove(localPart), ErrorCode.NoSuchRelocated);
    }

    public void CatchAllAdd(string name, IReadOnlyList<string> destinations)
    {
        var domain = Any(name);
        var added = destinations.Distinct().Where(d => !domain.CatchAll.Contains(d)).ToList();
        if (added.Count > 0)
        {
            UnlessRefused(() =>
            {
                domain.CatchAll.UnionWith(added);
                RequireNoLoop(domain, AliasWalk.Anybody);
            });
        }
    }

    public void CatchAllDelete(string name, IReadOnlyList<string> destinations)
    {
        var domain = Any(name);
        Require(domain.CatchAll.Count > 0, ErrorCode.NoSuchAlias);
        Remove(domain.CatchAll, destinations);
    }

    /// <summary>Changes a domain; with <paramref name="reset"/> its accounts too.</summary>
    public void ChangeDomain(string name, Action<ModelDomain> change, Action<ModelAccount>? reset = null)
    {
        var domain = Primary(name);
        change(domain);
        domain.Accounts.Values.ToList().ForEach(a => reset?.Invoke(a));
    }

    public void ChangeAccount(string address, Action<ModelDomain, ModelAccount> change) =>
        change(Split(address).Domain, Account(address));

    /// <summary>Aliases that have one of these destinations.</summary>
    public IEnumerable<string> AliasesTo(IReadOnlyCollection<string> destinations) =>
        Domains
            .Values.SelectMany(d => d.Aliases.Where(a => a.Value.Overlaps(destinations)).Select(a => $"{a.Key}@{d.Primary}"))
            .Order(StringComparer.Ordinal);

    private bool IsPointedTo(IReadOnlyCollection<string> names) =>
        AliasesTo(names).Except(names).Any() || Domains.Values.Any(d => d.CatchAll.Overlaps(names));

    private static void Remove(SortedSet<string> existing, IReadOnlyList<string> destinations)
    {
        Require(destinations.Count == 0 || existing.Overlaps(destinations), ErrorCode.NoSuchAlias);
        existing.ExceptWith(destinations.Count == 0 ? existing.ToList() : destinations);
    }

    private static void RemoveIfEmpty(ModelDomain domain, string alias)
    {
        if (domain.Aliases[alias].Count == 0)
        {
            domain.Aliases.Remove(alias);
        }
    }

    private ModelDomain Any(string name) => Find(name) ?? throw new Refusal(ErrorCode.NoSuchDomain);

    private ModelDomain Primary(string name)
    {
        var domain = Any(name);
        Require(domain.Primary == name, ErrorCode.DomainIsAlias);
        return domain;
    }

    private ModelDomain HasAlias(string name)
    {
        var domain = Find(name) ?? throw new Refusal(ErrorCode.NoSuchAliasDomain);
        Require(domain.Primary != name, ErrorCode.AliasDomainIsDomain);
        return domain;
    }

    private (ModelDomain Domain, string LocalPart) Split(string address) => (Any(address.Split('@')[1]), address.Split('@')[0]);

    private ModelAccount Account(string address)
    {
        var (domain, localPart) = Split(address);
        return domain.Accounts.GetValueOrDefault(localPart) ?? throw new Refusal(ErrorCode.NoSuchAccount);
    }

    /// <summary>An address is one thing; under an alias domain name only what is there may be named.</summary>
    private (ModelDomain Domain, string LocalPart) Free(string address, string? sameKind)
    {
        var (domain, localPart) = Split(address);
        var kind = domain.KindOf(localPart);
        if (kind is not null && kind != sameKind)
        {
            throw new Refusal(
                kind == "account" ? ErrorCode.AccountExists
                : kind == "alias" ? ErrorCode.AliasExists
                : ErrorCode.RelocatedExists
            );
        }

        Require(kind is not null || address == $"{localPart}@{domain.Primary}", ErrorCode.DomainIsAlias);
        return (domain, localPart);
    }

    private static void Require(bool condition, ErrorCode otherwise)
    {
        if (!condition)
        {
            throw new Refusal(otherwise);
        }
    }
}
