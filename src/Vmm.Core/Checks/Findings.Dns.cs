namespace Vmm.Core.Checks;

/// <content>The records of the domains in the domain name system.</content>
internal static partial class Findings
{
    internal static Finding NoResolver() => Make(
        FindingCode.UnansweredDns,
        "/etc/resolv.conf",
        "it names no resolver, so DNS was not checked",
        "name one in /etc/resolv.conf, or in check.resolver of the configuration");

    internal static Finding SilentResolver(string resolver) => Make(
        FindingCode.UnansweredDns,
        resolver,
        "this resolver answers nothing",
        "make sure that it runs, or name another in check.resolver of the configuration");

    internal static Finding SilentNameServers(string domain, string error) => Make(
        FindingCode.UnansweredDns,
        domain,
        $"its name servers do not answer: {error}",
        "check its delegation and the zone on its name servers");

    internal static Finding NullMx(string domain, string mailHost) =>
        Make(FindingCode.MissingMx, domain, "its MX record says that it takes no mail", PublishMx(domain, mailHost));

    internal static Finding MissingMx(string domain, string mailHost, bool hasAddress) => hasAddress
        ? Make(
            FindingCode.MissingMx,
            domain,
            "it has no MX record; mail goes to the address of the domain itself",
            PublishMx(domain, mailHost),
            Severity.Warning)
        : Make(
            FindingCode.MissingMx,
            domain,
            "it has neither an MX record nor an address; nobody can send mail to it",
            PublishMx(domain, mailHost));

    /// <param name="domain">Whose they are.</param>
    /// <param name="lost">Mail exchangers without an address.</param>
    /// <param name="all">Whether there is no other.</param>
    internal static Finding UnreachableMx(string domain, IReadOnlyList<string> lost, bool all) => Make(
        FindingCode.UnreachableMx,
        domain,
        $"of its mail exchangers {string.Join(", ", lost)} {(lost.Count == 1 ? "has" : "have")} no address",
        $"publish an A or AAAA record for {lost[0]}, or remove it from the MX records",
        all ? Severity.Error : Severity.Warning);

    internal static Finding MissingSpf(string domain) => Make(
        FindingCode.MissingSpf,
        domain,
        "it has no SPF record, so others may treat mail from it as forged",
        $"publish: {domain}. IN TXT \"v=spf1 mx -all\", with all hosts that send for it");

    internal static Finding SeveralSpf(string domain, int records) => Make(
        FindingCode.SeveralSpf,
        domain,
        $"it has {records} SPF records, so none of them counts",
        $"merge the {records} TXT records of {domain} that begin with v=spf1 into one");

    internal static Finding MissingDmarc(string domain) => Make(
        FindingCode.MissingDmarc,
        domain,
        "it has no DMARC policy, so large providers may reject mail from it",
        $"publish: _dmarc.{domain}. IN TXT \"v=DMARC1; p=none\", and a stricter policy later");

    /// <summary><paramref name="selector"/> may be empty: then there is no key at all.</summary>
    internal static Finding MissingDkim(string domain, string selector) => selector.Length == 0
        ? Make(FindingCode.MissingDkim, domain, "it has no key for DKIM", PublishKey(domain, "SELECTOR"))
        : Make(
            FindingCode.MissingDkim,
            domain,
            $"it has no key for DKIM with the selector '{selector}'",
            PublishKey(domain, selector));

    private static string PublishMx(string domain, string mailHost) => $"publish: {domain}. IN MX 10 {mailHost}";

    private static string PublishKey(string domain, string selector) =>
        $"let the program that signs your mail create a key, and publish it as {selector}._domainkey.{domain}";
}
