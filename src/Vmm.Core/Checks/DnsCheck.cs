using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Vmm.Core.Configuration;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>What the world's name servers tell about the domains, alias domains too: where their mail goes, and who may send in their name.</summary>
internal static class DnsCheck
{
    /// <summary>A domain of which nobody can tell where its mail goes (RFC 5321 section 5.1, RFC 7505).</summary>
    internal const string Mx = "missing-mx";

    /// <summary>A mail exchanger that has no address.</summary>
    internal const string Unreachable = "unreachable-mx";

    /// <summary>No SPF record (RFC 7208).</summary>
    internal const string Spf = "missing-spf";

    /// <summary>More than one SPF record, which counts as a broken one (RFC 7208 section 4.5).</summary>
    internal const string SeveralSpf = "several-spf";

    /// <summary>No DMARC policy, neither of the domain nor of one above it (RFC 7489 section 6.6.3).</summary>
    internal const string Dmarc = "missing-dmarc";

    /// <summary>No public key for DKIM (RFC 6376).</summary>
    internal const string Dkim = "missing-dkim";

    /// <summary>A question to which there was no answer.</summary>
    internal const string Unanswered = "unanswered-dns";

    private const int AtOnce = 8;

    /// <summary>Ordered by domain. A resolver that is not there is one finding, not one for each domain.</summary>
    /// <param name="settings">Name the resolver and the selector.</param>
    /// <param name="names">Of which to ask.</param>
    /// <param name="progress">Hears how many are done.</param>
    /// <param name="ct">Cancels it.</param>
    internal static IReadOnlyList<Finding> Run(Settings settings, IReadOnlyList<NameOfDomain> names, Action<string, long, long> progress, CancellationToken ct)
    {
        if (Resolver.Find(settings.Text("check.resolver")) is not { } resolver)
        {
            return [new Finding(Unanswered, Finding.Warning, "/etc/resolv.conf", "it names no resolver, so nobody could be asked", "name one in /etc/resolv.conf, or in check.resolver of the configuration")];
        }

        var found = new IReadOnlyList<Finding>[names.Count];
        var done = 0;
        Parallel.ForEach(Enumerable.Range(0, names.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, i =>
        {
            found[i] = [.. Of(resolver, names[i].Name, settings.Text("check.dkim_selector"), ct).Select(f => f with { Domain = names[i].Domain })];
            progress("asking the domain name system", Interlocked.Increment(ref done), names.Count);
        });
        return resolver.Answered || names.Count == 0
            ? [.. found.SelectMany(f => f)]
            : [new Finding(Unanswered, Finding.Warning, resolver.Name, "this resolver answers nothing", "look whether it runs, or name another in check.resolver of the configuration")];
    }

    private static List<Finding> Of(Resolver resolver, string domain, string selector, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var look in (Func<Finding?>[])[() => FindMx(resolver, domain, ct), () => FindSpf(resolver, domain, ct), () => FindDmarc(resolver, domain, ct), () => FindDkim(resolver, domain, selector, ct)])
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
                findings.Add(new Finding(Unanswered, Finding.Warning, domain, $"its name servers do not answer: {e.DnsError.ToLowerInvariant()}", "look at its delegation and at the zone on its name servers"));
                break;
            }
        }

        return findings;
    }

    private static Finding? FindMx(Resolver resolver, string domain, CancellationToken ct)
    {
        var exchangers = resolver.Ask(domain, QueryType.MX, ct).Records.OfType<MxRecord>().OrderBy(m => m.Preference).Select(m => m.Exchange.Value).ToList();
        var publish = $"publish: {domain}. IN MX 10 {MailHost}";
        if (exchangers is ["."])
        {
            return new Finding(Mx, Finding.Error, domain, "its MX record says that it takes no mail", publish);
        }

        if (exchangers.Count == 0)
        {
            return HasAddress(resolver, domain, ct)
                ? new Finding(Mx, Finding.Warning, domain, "it has no MX record; mail goes to the address of the domain itself", publish)
                : new Finding(Mx, Finding.Error, domain, "it has neither an MX record nor an address; nobody can send mail to it", publish);
        }

        var lost = new List<string>();
        foreach (var exchanger in exchangers)
        {
            if (!HasAddress(resolver, exchanger, ct))
            {
                lost.Add(exchanger.TrimEnd('.'));
            }
        }

        return lost.Count == 0
            ? null
            : new Finding(Unreachable, lost.Count == exchangers.Count ? Finding.Error : Finding.Warning, domain, $"of its mail exchangers {string.Join(", ", lost)} {(lost.Count == 1 ? "has" : "have")} no address", $"publish an A or AAAA record of {lost[0]}, or take it out of the MX records");
    }

    private static Finding? FindSpf(Resolver resolver, string domain, CancellationToken ct) => Texts(resolver, domain, "v=spf1", ct).Count switch
    {
        0 => new Finding(Spf, Finding.Warning, domain, "it has no SPF record, so others may take mail from it for forged", $"publish: {domain}. IN TXT \"v=spf1 mx -all\", with all hosts that send for it"),
        1 => null,
        var several => new Finding(SeveralSpf, Finding.Error, domain, $"it has {several} SPF records, and none of them counts", $"make one of the {several} TXT records of {domain} that begin with v=spf1"),
    };

    private static Finding? FindDmarc(Resolver resolver, string domain, CancellationToken ct)
    {
        // Up to the one below the top: which of them is the organization's no public list has to tell.
        for (var name = domain; name.Contains('.', StringComparison.Ordinal); name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if (Texts(resolver, "_dmarc." + name, "v=DMARC1", ct).Count > 0)
            {
                return null;
            }
        }

        return new Finding(Dmarc, Finding.Warning, domain, "it has no DMARC policy, so large providers may refuse mail from it", $"publish: _dmarc.{domain}. IN TXT \"v=DMARC1; p=none\", and a stricter policy later");
    }

    /// <summary>Without a selector it is looked whether there is anything below _domainkey: a name without records exists as long as there are names below it (RFC 8020).</summary>
    private static Finding? FindDkim(Resolver resolver, string domain, string selector, CancellationToken ct)
    {
        var isThere = selector.Length == 0
            ? resolver.Ask("_domainkey." + domain, QueryType.TXT, ct).Exists
            : Texts(resolver, $"{selector}._domainkey.{domain}", "", ct).Any(t => t.Contains("p=", StringComparison.Ordinal));
        return isThere
            ? null
            : new Finding(Dkim, Finding.Warning, domain, selector.Length == 0 ? "it has no key for DKIM" : $"it has no key for DKIM with the selector '{selector}'", $"have a key made by what signs your mail, and publish it as {(selector.Length == 0 ? "SELECTOR" : selector)}._domainkey.{domain}");
    }

    private static List<string> Texts(Resolver resolver, string name, string version, CancellationToken ct) =>
        [.. resolver.Ask(name, QueryType.TXT, ct).Records.OfType<TxtRecord>().Select(t => string.Concat(t.Text)).Where(t => IsVersion(t, version))];

    /// <summary>The version is a word of its own: v=spf10 is none of SPF's.</summary>
    private static bool IsVersion(string text, string version) =>
        text.StartsWith(version, StringComparison.OrdinalIgnoreCase) && (version.Length == 0 || text.Length == version.Length || text[version.Length] is ' ' or ';');

    private static bool HasAddress(Resolver resolver, string name, CancellationToken ct) =>
        resolver.Ask(name, QueryType.A, ct).Records.OfType<ARecord>().Any() || resolver.Ask(name, QueryType.AAAA, ct).Records.OfType<AaaaRecord>().Any();

    /// <summary>This machine's name, where it is one that others can look up.</summary>
    private static string MailHost => Dns.GetHostName() is var name && name.Contains('.', StringComparison.Ordinal) ? name + "." : "followed by the name of the mail server";
}
