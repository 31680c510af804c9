using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <content>Aliases, catch-alls and the passwords of accounts.</content>
internal static partial class Findings
{
    internal static Finding Dangling(DanglingDestination dangling)
    {
        var problem = dangling.Kind == AddressKind.Relocated ? "has moved away" : "does not exist";
        return Make(
            FindingCode.DanglingDestination,
            dangling.Subject,
            $"its destination '{dangling.Target}' {problem}; mail to it is accepted and bounces later, to forged senders too",
            DeleteDestination(dangling.Subject, dangling.Destination)) with
        { Domain = dangling.Domain };
    }

    /// <summary>Whether it exists depends on a Postfix that cannot be asked: nothing must be deleted then.</summary>
    /// <param name="dangling">The destination.</param>
    /// <param name="delimiters">What Postfix is assumed to cut off.</param>
    internal static Finding PerhapsDangling(DanglingDestination dangling, string delimiters)
    {
        var (address, extension) = TraceKey.Parse(dangling.Target).WithoutExtension(delimiters)!.Value;
        return Make(
            FindingCode.DanglingDestination,
            dangling.Subject,
            $"its destination '{dangling.Target}' leads to '{address.Text}' if Postfix cuts off {extension}; otherwise it does not"
            + " exist",
            "check recipient_delimiter in the main.cf of the mail server; with bin.postconf, vmm asks Postfix itself",
            Severity.Warning) with
        { Domain = dangling.Domain };
    }

    /// <param name="account">The account.</param>
    /// <param name="isKnown">Whether the delimiter is in force; false where Postfix cannot be asked.</param>
    internal static Finding SplitAccount(SplitAccount account, bool isKnown)
    {
        var fate = DeliveredUser.Fate(account.Shorter, account.Kind);
        return Make(
            FindingCode.AccountWithDelimiter,
            account.Address,
            isKnown
                ? $"Dovecot cuts off {account.Extension} before it looks for the mailbox: its mail {fate}"
                : $"if Dovecot cuts off {account.Extension} before it looks for the mailbox, its mail {fate}",
            "no setting helps: give the account another name, then make this address an alias of it",
            isKnown ? Severity.Error : Severity.Warning) with
        { Domain = account.Domain };
    }

    internal static Finding UnreachableAddress(AddressOfDomain address, Refusal refusal)
    {
        var remedy = address.Address.StartsWith('-')
            ? "rename it, or set allow_min_user = yes in main.cf"
            : "rename it, or set allow_untrusted_routing = yes in main.cf, which opens a relay if another server trusts this one";
        return Make(
            FindingCode.UnreachableAddress,
            address.Address,
            $"Postfix rejects mail to it at once ({refusal.Answer}), because {refusal.Reason}",
            remedy) with
        { Domain = address.Domain };
    }

    internal static Finding UnreachableDestination(DanglingDestination destination) => Make(
        FindingCode.UnreachableAddress,
        destination.Subject,
        $"its destination '{destination.Target}' begins with a hyphen: mail to it is accepted and bounces later (5.1.3 bad address"
        + " syntax)",
        DeleteDestination(destination.Subject, destination.Destination)) with
    { Domain = destination.Domain };

    /// <param name="subject">Where the loop begins.</param>
    /// <param name="steps">Its addresses, the first once more at the end.</param>
    /// <param name="last">The source of the last step.</param>
    /// <param name="destination">Its destination, as it is stored.</param>
    internal static Finding AliasLoop(string subject, IReadOnlyList<string> steps, string last, string destination) => Make(
        FindingCode.AliasLoop,
        subject,
        $"it leads back to itself: {string.Join(" -> ", steps)}",
        DeleteDestination(last, destination));

    internal static Finding TooManyDestinations(string alias, long destinations, long limit) => Make(
        FindingCode.ExpansionLimit,
        alias,
        $"it leads to {destinations} addresses, and Postfix follows at most {limit}",
        $"postconf -e virtual_alias_expansion_limit={destinations} && postfix reload");

    internal static Finding TooManySteps(string alias, int steps, long limit) => Make(
        FindingCode.ExpansionLimit,
        alias,
        $"its expansion takes {steps} steps, and Postfix follows fewer than {limit}",
        $"postconf -e virtual_alias_recursion_limit={steps + 1} && postfix reload");

    /// <param name="stored">How many accounts have it.</param>
    /// <param name="version">Of the Dovecot of this machine; null where there is none.</param>
    internal static Finding UnknownPasswordScheme(StoredScheme stored, string? version) =>
        OfScheme(FindingCode.UnknownPasswordScheme, Severity.Error, stored, $"Dovecot {version ?? "2.4"} does not know");

    /// <param name="stored">How many accounts have it.</param>
    /// <param name="refusing">Version of the Dovecot of this machine, if that refuses it; else null.</param>
    internal static Finding WeakPasswordScheme(StoredScheme stored, string? refusing) => refusing is null
        ? OfScheme(
            FindingCode.WeakPasswordScheme, Severity.Warning, stored, "Dovecot 2.4 refuses unless auth_allow_weak_schemes is set")
        : OfScheme(FindingCode.WeakPasswordScheme, Severity.Error, stored, $"Dovecot {refusing} refuses: they cannot log in");

    private static Finding OfScheme(FindingCode code, Severity severity, StoredScheme stored, string problem)
    {
        var accounts = Errors.Count(stored.Accounts, "account has a password", "accounts have passwords");
        return Make(
            code,
            stored.Scheme,
            $"{accounts} in this scheme, which {problem}; one is '{stored.Example}'",
            "set new passwords: vmm userpassword ADDRESS",
            severity);
    }

    private static string DeleteDestination(string source, string target)
    {
        var (command, name) = source.StartsWith('@') ? ("catchalldelete", source[1..]) : ("aliasdelete", source);
        var end = name.StartsWith('-') || target.StartsWith('-') ? "-- " : "";
        return $"vmm {command} {end}{FileName.Quote(name)} {FileName.Quote(target)}";
    }
}
