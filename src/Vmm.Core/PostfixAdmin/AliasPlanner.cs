using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Sql.PostfixAdmin;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>Plans the aliases and catch-alls of an import.</summary>
internal sealed class AliasPlanner(SourceTables source, ImportPlan plan, HashSet<DomainName> domains)
{
    private const string Table = "alias";

    private readonly HashSet<EmailAddress> seen = [];
    private readonly HashSet<string> mailboxes = [.. source.Mailboxes.Select(m => m.Address.ToLowerInvariant())];

    internal void Plan()
    {
        foreach (var row in source.Aliases)
        {
            plan.Take(Table, row.Address, () => Take(row));
        }

        foreach (var address in source.Vacations.Distinct())
        {
            plan.LeaveOut("vacation", address, "automatic replies are done by Sieve: the user must write a vacation rule");
        }
    }

    private void Take(SourceAlias row)
    {
        var own = row.Address.ToLowerInvariant();
        var targets = row.Destinations.Where(d => !IsAutomaticReply(own, d)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var others = targets.Where(d => !d.Equals(own, StringComparison.OrdinalIgnoreCase)).ToList();
        if (mailboxes.Contains(own))
        {
            TakeForward(row, targets, others);
        }
        else if (!row.IsActive)
        {
            plan.LeaveOut(Table, row.Address, "it is inactive");
        }
        else if (others.Count == 0)
        {
            plan.LeaveOut(
                Table,
                row.Address,
                row.Destinations.Count == 0 ? "it has no destination"
                    : targets.Count == 0 ? "it leads only to the automatic reply"
                    : "it leads only to itself");
        }
        else if (own.StartsWith('@'))
        {
            TakeCatchAll(row, DomainName.Parse(own[1..]), others);
        }
        else
        {
            var address = EmailAddress.Parse(row.Address);
            RequireDomain(address.Domain);
            if (!seen.Add(address))
            {
                throw Errors.InvalidArgument($"it is the same as a different alias, '{address}'");
            }

            plan.Aliases.Add(new NewAlias(address, [.. others.Select(Read)]));
        }
    }

    /// <summary>
    /// PostfixAdmin has an alias for each mailbox, which leads to the mailbox itself. Other destinations in it are a forward, which
    /// vmm cannot have: its addresses are either account or alias.
    /// </summary>
    private void TakeForward(SourceAlias row, List<string> targets, List<string> others)
    {
        if (others.Count > 0 && row.IsActive)
        {
            var isCopy = targets.Count > others.Count;
            plan.Refuse(
                Table,
                row.Address,
                $"mail to the mailbox is {(isCopy ? "also " : "")}forwarded to {string.Join(", ", others)};"
                + " an address is either account or alias, so the user needs a Sieve rule:"
                + $" redirect {(isCopy ? ":copy " : "")}\"{others[0]}\"");
        }
    }

    private void TakeCatchAll(SourceAlias row, DomainName domain, List<string> others)
    {
        RequireDomain(domain);
        // A domain as destination means the same local part there.
        var destinations = others.Select(d => d.StartsWith('@') ? Destination.Parse("%n" + d) : Read(d)).ToList();
        if (plan.CatchAlls.Any(c => c.Domain == domain))
        {
            throw Errors.InvalidArgument($"'{domain}' has a catch-all already");
        }

        plan.CatchAlls.Add(new NewCatchAll(domain, destinations));
        if (others.Any(d => d.StartsWith('@')))
        {
            plan.Change(Table, row.Address, $"its destinations are written {string.Join(", ", destinations)}");
        }
    }

    private void RequireDomain(DomainName domain)
    {
        if (!domains.Contains(domain))
        {
            throw Errors.InvalidArgument($"its domain '{domain}' is not imported as one");
        }
    }

    private static Destination Read(string text)
    {
        var destination = Destination.Parse(text);
        return destination.HasPlaceholder
            ? throw Errors.InvalidArgument(
                $"the destination '{text}' has %n, %d or %=, which are placeholders for parts of the recipient's address")
            : destination;
    }

    /// <summary>PostfixAdmin's vacation program gets mail to anna@example.com as anna#example.com at a domain of its own.</summary>
    private static bool IsAutomaticReply(string own, string destination) =>
        destination.StartsWith(own.Replace('@', '#') + "@", StringComparison.OrdinalIgnoreCase);
}
