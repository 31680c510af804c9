using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Vmm.Core.Configuration;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>What DNS says about the domains, alias domains too: where their mail goes, and who may send in their name.</summary>
internal static class DnsCheck
{
    private const int AtOnce = 8;

    /// <summary>Ordered by domain. A resolver that does not exist is one finding, not one for each domain.</summary>
    /// <param name="settings">Name the resolver and the selector.</param>
    /// <param name="names">Domains and alias domains.</param>
    /// <param name="progress">Hears how many are done.</param>
    /// <param name="ct">Cancels it.</param>
    internal static IReadOnlyList<Finding> Run(
        Settings settings, IReadOnlyList<NameOfDomain> names, Action<string, long, long> progress, CancellationToken ct)
    {
        if (Resolver.Find(settings.Value(SettingOptions.CheckResolver)) is not { } resolver)
        {
            return [Findings.NoResolver()];
        }

        var selector = settings.Value(SettingOptions.CheckDkimSelector);
        var found = new IReadOnlyList<Finding>[names.Count];
        var done = 0;
        Parallel.ForEach(
            Enumerable.Range(0, names.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            i =>
            {
                found[i] = [.. Look(resolver, names[i].Name, selector, ct).Select(f => f with { Domain = names[i].Domain })];
                progress("asking the domain name system", Interlocked.Increment(ref done), names.Count);
            });
        return resolver.Answered || names.Count == 0 ? [.. found.SelectMany(f => f)] : [Findings.SilentResolver(resolver.Name)];
    }

    private static List<Finding> Look(Resolver resolver, string domain, string selector, CancellationToken ct)
    {
        Func<Finding?>[] looks =
        [
            () => FindMx(resolver, domain, ct),
            () => FindSpf(resolver, domain, ct),
            () => FindDmarc(resolver, domain, ct),
            () => FindDkim(resolver, domain, selector, ct),
        ];
        var findings = new List<Finding>();
        foreach (var look in looks)
        {
            try
            {
                if (look() is { } finding)
                {
                    findings.Add(finding);
                }
            }
            catch (DnsResponseException e)
            {
                // Each further question would wait for the same name servers.
                findings.Add(Findings.SilentNameServers(domain, e.DnsError.ToLowerInvariant()));
                break;
            }
        }

        return findings;
    }

    /// <summary>Where mail goes without an MX record says RFC 5321 section 5.1; what "." means, RFC 7505.</summary>
    private static Finding? FindMx(Resolver resolver, string domain, CancellationToken ct)
    {
        var records = resolver.Ask(domain, QueryType.MX, ct).Records.OfType<MxRecord>();
        var exchangers = records.OrderBy(m => m.Preference).Select(m => m.Exchange.Value).ToList();
        if (exchangers is ["."])
        {
            return Findings.NullMx(domain, MailHost);
        }

        if (exchangers.Count == 0)
        {
            return Findings.MissingMx(domain, MailHost, HasAddress(resolver, domain, ct));
        }

        var lost = exchangers.Where(e => !HasAddress(resolver, e, ct)).Select(e => e.TrimEnd('.')).ToList();
        return lost.Count == 0 ? null : Findings.UnreachableMx(domain, lost, all: lost.Count == exchangers.Count);
    }

    /// <summary>More than one record counts as none (RFC 7208 section 4.5).</summary>
    private static Finding? FindSpf(Resolver resolver, string domain, CancellationToken ct) =>
        Texts(resolver, domain, "v=spf1", ct).Count switch
        {
            0 => Findings.MissingSpf(domain),
            1 => null,
            var several => Findings.SeveralSpf(domain, several),
        };

    /// <summary>The policy may be that of a domain above it (RFC 7489 section 6.6.3).</summary>
    private static Finding? FindDmarc(Resolver resolver, string domain, CancellationToken ct)
    {
        // Up to the one below the top: only a public list could tell which of them is the organization's.
        var labels = domain.Split('.');
        for (var i = 0; i < labels.Length - 1; i++)
        {
            var name = string.Join('.', labels[i..]);
            if (Texts(resolver, "_dmarc." + name, "v=DMARC1", ct).Count > 0)
            {
                return null;
            }
        }

        return Findings.MissingDmarc(domain);
    }

    /// <summary>
    /// A public key (RFC 6376). Without a selector, any name below _domainkey will do: a name without records exists as long as
    /// there are names below it (RFC 8020).
    /// </summary>
    private static Finding? FindDkim(Resolver resolver, string domain, string selector, CancellationToken ct)
    {
        var exists = selector.Length == 0
            ? resolver.Ask("_domainkey." + domain, QueryType.TXT, ct).Exists
            : Texts(resolver, $"{selector}._domainkey.{domain}", "", ct).Any(t => t.Contains("p=", StringComparison.Ordinal));
        return exists ? null : Findings.MissingDkim(domain, selector);
    }

    private static List<string> Texts(Resolver resolver, string name, string version, CancellationToken ct)
    {
        var records = resolver.Ask(name, QueryType.TXT, ct).Records.OfType<TxtRecord>();
        return [.. records.Select(t => string.Concat(t.Text)).Where(t => HasVersion(t, version))];
    }

    /// <summary>The version is a word of its own: v=spf10 is not SPF's.</summary>
    private static bool HasVersion(string text, string version) => text.StartsWith(version, StringComparison.OrdinalIgnoreCase)
        && (version.Length == 0 || text.Length == version.Length || text[version.Length] is ' ' or ';');

    private static bool HasAddress(Resolver resolver, string name, CancellationToken ct) =>
        resolver.Ask(name, QueryType.A, ct).Records.OfType<ARecord>().Any()
        || resolver.Ask(name, QueryType.AAAA, ct).Records.OfType<AaaaRecord>().Any();

    /// <summary>This machine's name, where it is one that others can look up.</summary>
    private static string MailHost => Dns.GetHostName() is var name && name.Contains('.', StringComparison.Ordinal)
        ? name + "."
        : "followed by the name of the mail server";
}
