namespace Vmm.Tests.Model;

/// <summary>An account of the model; null where the domain's default holds.</summary>
internal sealed class ModelAccount
{
    public required string Password { get; set; }

    public string? Name { get; set; }

    public string? Note { get; set; }

    public Quota? Quota { get; set; }

    public ServiceSet? Services { get; set; }

    public string? Transport { get; set; }
}

/// <summary>A domain of the model: everything in it by its local part.</summary>
internal sealed class ModelDomain(string primary)
{
    public string Primary { get; set; } = primary;

    public SortedSet<string> AliasNames { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ModelAccount> Accounts { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, SortedSet<string>> Aliases { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Relocated { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> CatchAll { get; } = new(StringComparer.Ordinal);

    /// <summary>Homes that stayed when their accounts were deleted.</summary>
    public int HomesLeft { get; set; }

    public string? Note { get; set; }

    public Quota Quota { get; set; }

    public ServiceSet Services { get; set; } = ServiceSet.All;

    public string Transport { get; set; } = "lmtp:unix:private/dovecot-lmtp";

    /// <summary>Another domain with the same in it.</summary>
    public ModelDomain Copy()
    {
        var copy = new ModelDomain(Primary)
        {
            HomesLeft = HomesLeft,
            Note = Note,
            Quota = Quota,
            Services = Services,
            Transport = Transport,
        };
        copy.AliasNames.UnionWith(AliasNames);
        copy.CatchAll.UnionWith(CatchAll);
        foreach (var (localPart, account) in Accounts)
        {
            copy.Accounts.Add(localPart, account);
        }

        foreach (var (localPart, destinations) in Aliases)
        {
            copy.Aliases.Add(localPart, new(destinations, StringComparer.Ordinal));
        }

        foreach (var (localPart, destination) in Relocated)
        {
            copy.Relocated.Add(localPart, destination);
        }

        return copy;
    }

    /// <summary>The primary name first.</summary>
    public IEnumerable<string> Names => AliasNames.Prepend(Primary);

    public IEnumerable<string> LocalParts =>
        Accounts.Keys.Concat(Aliases.Keys).Concat(Relocated.Keys).Order(StringComparer.Ordinal);

    /// <summary>account, alias, relocated or null.</summary>
    public string? KindOf(string localPart) =>
        Accounts.ContainsKey(localPart) ? "account"
        : Aliases.ContainsKey(localPart) ? "alias"
        : Relocated.ContainsKey(localPart) ? "relocated"
        : null;
}
