using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.Tracing;

/// <content>What happens at a final recipient.</content>
internal sealed partial class TraceExplainer
{
    /// <summary>What happens to mail at a final recipient.</summary>
    internal TraceDelivery Delivery(TraceKey address)
    {
        if (RefusedAddresses.OfHyphen(address.LocalPart, rules) is { } refusal)
        {
            return new TraceDelivery(address.Text, "bounced", $"it bounces: 5.1.3 bad address syntax, because {refusal.Reason}");
        }

        if (maps.DomainOf(address) is null)
        {
            var where = !address.IsAddress ? "it is no address"
                : address.Domain == Destination.Localhost ? "Postfix delivers it as local mail"
                : IsReplaced ? "it leaves this server"
                : "Postfix relays it, or rejects it";
            return new TraceDelivery(address.Text, Elsewhere, where);
        }

        // Before DATA the sending server gets an answer, later the sender gets a message.
        var how = IsReplaced ? "it bounces: " : "550 ";
        if (IsReplaced && IsRoute(address))
        {
            var (route, isValid) = RefusedAddresses.Follow(address.LocalPart);
            var why = $"Postfix reads the {RefusedAddresses.RouteOf(address.LocalPart)} in it as a route to {route},"
                + $" because {address.Domain} is in {DomainClasses.Local}";
            return isValid
                ? new TraceDelivery(address.Text, Elsewhere, why)
                : new TraceDelivery(address.Text, "bounced", $"it bounces: 5.1.3 bad address syntax; {why}");
        }

        if (maps.Find(TraceMaps.Relocated, address) is { } moved)
        {
            return new TraceDelivery(address.Text, Relocated, $"{how}5.1.6 User has moved to {moved.Values[0]}");
        }

        // Mail that was accepted for another address goes by the transport of an account, whatever list its domain is in: only the
        // error of virtual_alias_domains comes before transport_maps.
        var transport = maps.Find(TraceMaps.Transports, address)?.Values[0];
        if (ErrorOf(address) is { } error)
        {
            return new TraceDelivery(address.Text, "bounced", $"{how}{error}", transport, Known(address));
        }

        if (ClassOf(address) is { } list && !(IsReplaced && list == DomainClasses.Local && transport is not null))
        {
            return new TraceDelivery(
                address.Text,
                "unknown",
                list == DomainClasses.Local
                    ? $"{how}5.1.1 User unknown in local recipient table, unless it is a user of the system: {address.Domain} is in"
                        + $" {list}"
                    : $"{how}5.1.1 User unknown in virtual alias table: {address.Domain} is in {list}");
        }

        if (transport is not null && (IsReplaced || IsMailbox(address)) && OfSuspension(address, transport))
        {
            var words = OtherTransports.End(transport)!.Value.Text;
            return new TraceDelivery(address.Text, "deferred", $"while it is suspended, {words}", transport, Known(address));
        }

        if (transport is not null && (IsReplaced || IsMailbox(address)) && OtherTransports.End(transport) is var (outcome, end))
        {
            return new TraceDelivery(address.Text, outcome, end, transport, Known(address));
        }

        var (user, extension) = User(maps, rules, address);
        if (maps.Find(TraceMaps.Mailboxes, address) is not null && accounts.GetValueOrDefault(user.Folded) is { } account)
        {
            return Mailbox(address, account, transport);
        }

        return maps.Find(TraceMaps.Mailboxes, address) is null || extension.Length == 0
            ? new TraceDelivery(address.Text, "unknown", $"{how}5.1.1 User unknown in virtual mailbox table")
            : new TraceDelivery(
                address.Text,
                "bounced",
                $"it bounces: 550 5.1.1 User doesn't exist: {user.Text}, because Dovecot cuts off {extension}",
                transport);
    }

    /// <summary>
    /// A full mailbox takes nothing, and one that its user cannot reach neither; Dovecot, or virtual(8), finds that out, which is
    /// after Postfix has accepted the mail.
    /// </summary>
    private TraceDelivery Mailbox(TraceKey address, TraceAccount account, string? transport)
    {
        if (DeliveredUser.IsDovecot(transport ?? "") && validIds.Value.Refusal(account.Uid, account.Gid) is { } refusal)
        {
            return new TraceDelivery(address.Text, "deferred", $"it is deferred, because its {refusal}", transport, account);
        }

        if (IsFull(account) && DeliveredUser.IsDovecot(transport ?? ""))
        {
            return new TraceDelivery(
                address.Text,
                "full",
                $"it bounces: 552 5.2.2 Quota exceeded, because the mailbox {account.MailDirectory} is full",
                transport,
                account);
        }

        // Above the directory of the domain. Other transports deliver elsewhere.
        var isHere = DeliveredUser.IsDovecot(transport ?? "") || transport!.StartsWith("virtual:", StringComparison.Ordinal);
        var above = Path.GetDirectoryName(Path.GetDirectoryName(account.Home)) ?? "/";
        var (closed, facts) = isHere ? DirectoriesAbove.Closed(above).FirstOrDefault() : default;
        var door = closed is null ? ""
            : $"only root{(DirectoriesAbove.IsForGroup(facts) ? " and its group" : "")} can enter {FileName.Show(closed)}";
        if (closed is not null && !DirectoriesAbove.IsForGroup(facts))
        {
            return new TraceDelivery(
                address.Text,
                "deferred",
                $"it is deferred, because {door}: its user cannot reach the mailbox {account.MailDirectory}",
                transport,
                account);
        }

        door = door.Length == 0 ? "" : $"; {door}, so its user needs that group (mail_access_groups of Dovecot)";
        var login = account.Suspended is not null ? "; it is suspended, so its user cannot log in to read it"
            : account.Services == ServiceSet.None ? "; all services are off, so its user cannot log in to read it" : "";
        return new TraceDelivery(
            address.Text, "mailbox", $"it goes to the mailbox {account.MailDirectory}{login}{door}", transport, account);
    }

    private static bool IsFull(TraceAccount account) =>
        (account.QuotaBytes > 0 && account.UsedBytes >= account.QuotaBytes)
        || (account.QuotaMessages > 0 && account.UsedMessages >= account.QuotaMessages);

    /// <summary>Whether Postfix finds a mailbox for the address; what Dovecot does with the mail it finds out later.</summary>
    internal bool IsMailbox(TraceKey address) =>
        ClassOf(address) is null
        && ErrorOf(address) is null
        && maps.Find(TraceMaps.Relocated, address) is null
        && maps.Find(TraceMaps.Mailboxes, address) is not null;

    /// <summary>
    /// Whether Postfix takes the address for one of another server: of a domain in mydestination it undoes %, ! and @ before
    /// anything else.
    /// </summary>
    internal bool IsRoute(TraceKey address) =>
        ClassOf(address) == DomainClasses.Local && RefusedAddresses.RouteOf(address.LocalPart) is not null;

    /// <summary>The text of an error: transport; only the error of virtual_alias_domains comes before it.</summary>
    private string? ErrorOf(TraceKey address) => ClassOf(address) == DomainClasses.Alias
        ? null
        : OtherTransports.Error(maps.Find(TraceMaps.Transports, address)?.Values[0]);

    /// <summary>
    /// What Postfix answers with 450, whether there is such a mailbox or not; null where it does not. What was accepted for another
    /// address waits in the queue instead.
    /// </summary>
    internal string? Deferral(TraceKey address) =>
        ClassOf(address) is not null || maps.Find(TraceMaps.Relocated, address) is not null
            ? null
            : OtherTransports.Retry(maps.Find(TraceMaps.Transports, address)?.Values[0]);

    /// <summary>The account that the address is, if the mailbox is not asked for.</summary>
    private TraceAccount? Known(TraceKey address) => accounts.GetValueOrDefault(User(maps, rules, address).Key.Folded);

    /// <summary>The list because of which Postfix does not look for a mailbox; null where it does.</summary>
    private string? ClassOf(TraceKey address) =>
        classes.GetValueOrDefault(address.Domain)?[0] is { } list and not DomainClasses.Relay ? list : null;

    /// <summary>
    /// The account whose mailbox the mail goes into, and what was cut off: by Dovecot; with another transport by the lookup of the
    /// mailbox.
    /// </summary>
    private static (TraceKey Key, string Extension) User(TraceMaps maps, PostfixRules rules, TraceKey address)
    {
        var transport = maps.Find(TraceMaps.Transports, address)?.Values[0] ?? "";
        return DeliveredUser.IsDovecot(transport) ? DeliveredUser.Of(address, rules.Delimiters, transport)
            : maps.Find(TraceMaps.Mailboxes, address) is { } mailbox ? (mailbox.Key, mailbox.Extension)
            : (address, "");
    }

    /// <summary>What Dovecot looks for, where that is not the account that Postfix found.</summary>
    private IEnumerable<TraceRule> DovecotRule(TraceKey address)
    {
        if (ends.Contains(address.Folded) && maps.DomainOf(address) is not null && IsMailbox(address))
        {
            var (user, extension) = User(maps, rules, address);
            if (maps.Find(TraceMaps.Mailboxes, address)!.Key.Folded != user.Folded)
            {
                var does = accounts.ContainsKey(user.Folded) ? "delivers to" : "looks for";
                yield return new TraceRule("dovecot", true, $"Dovecot cuts off {extension} and {does} {user.Text}");
            }
        }
    }
}
