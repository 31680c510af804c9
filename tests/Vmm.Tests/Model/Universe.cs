namespace Vmm.Tests.Model;

/// <summary>The few names that all sequences use, so that their commands meet.</summary>
internal static class Universe
{
    public static readonly string[] Domains = ["one.example", "two.example", "three.example"];

    public static readonly string[] AliasDomains = ["alias.example", "second.example"];

    public static readonly string[] LocalParts = ["a", "b", "c", "d"];

    public static readonly string[] Outside = ["Out@elsewhere.example", "other@elsewhere.example", "%n-%d@elsewhere.example"];

    public static readonly string[] Names = [.. Domains, .. AliasDomains];

    public static readonly HashSet<string> Addresses = [.. AddressesOf(LocalParts)];

    /// <summary>
    /// What Postfix and Dovecot are made to ask: also for somebody who is never there, and for a domain that is not ours.
    /// </summary>
    public static readonly string[] Asked = [.. AddressesOf([.. LocalParts, "nobody"]), "a@elsewhere.example"];

    private static IEnumerable<string> AddressesOf(IEnumerable<string> localParts) =>
        localParts.SelectMany(l => Names.Select(n => $"{l}@{n}"));
}
