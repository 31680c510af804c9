using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Sql.PostfixAdmin;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>Plans what vmm adds for PostfixAdmin's rows. It reads mail directories, but changes nothing.</summary>
public sealed class ImportPlanner
{
    /// <summary>PostfixAdmin's row for administrators of all domains.</summary>
    private const string AllDomains = "ALL";

    private readonly SourceTables source;
    private readonly ImportChoices choices;
    private readonly Settings settings;
    private readonly ImportPlan plan;
    private readonly HashSet<DomainName> domains = [];
    private readonly HashSet<DomainName> aliasDomains = [];

    private ImportPlanner(SourceTables source, ImportChoices choices, Settings settings) =>
        (this.source, this.choices, this.settings, plan) = (source, choices, settings, new ImportPlan { Skips = choices.Skip });

    /// <summary>Plans an import.</summary>
    /// <exception cref="VmmException">
    /// 44 rows that cannot be imported, with all of them; 56 no mail directory; 84 links on the way to it.
    /// </exception>
    public static ImportPlan Plan(SourceTables source, ImportChoices choices, Settings settings)
    {
        var planner = new ImportPlanner(source, choices, settings);
        planner.PlanDomains();
        planner.PlanAliasDomains();
        new MailboxPlanner(source, choices, settings, planner.plan, planner.domains).Plan();
        new AliasPlanner(source, planner.plan, planner.domains).Plan();
        planner.RequireComplete();
        return planner.plan;
    }

    /// <summary>An alias domain of PostfixAdmin has a row in both tables.</summary>
    private void PlanDomains()
    {
        var aliasNames = source.AliasDomains.Where(a => a.IsActive).Select(a => a.Name.ToLowerInvariant()).ToHashSet();
        foreach (var row in source.Domains.Where(d => d.Name != AllDomains && !aliasNames.Contains(d.Name.ToLowerInvariant())))
        {
            if (!row.IsActive)
            {
                plan.Refuse(
                    "domain",
                    row.Name,
                    "it is inactive, and vmm has no inactive domains; with its accounts it would begin to accept mail");
            }
            else if (row.IsBackup)
            {
                plan.Refuse(
                    "domain",
                    row.Name,
                    "it is only relayed (backup MX), and vmm has no relayed domains; add it to Postfix's relay_domains");
            }
            else
            {
                plan.Take("domain", row.Name, () => AddDomain(row));
            }
        }
    }

    private void AddDomain(SourceDomain row)
    {
        var name = DomainName.Parse(row.Name);
        if (domains.Contains(name))
        {
            plan.Refuse("domain", row.Name, $"it is the same as a different domain, '{name}'");
            return;
        }

        plan.Domains.Add(new NewDomain(name, NoteOf(row), TransportOf(row), null));
        domains.Add(name);
    }

    private string? NoteOf(SourceDomain row)
    {
        var text = row.Description?.ReplaceLineEndings("\n");
        if (text?.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) == true)
        {
            plan.Change("domain", row.Name, "its description has control characters; they are left out");
            text = string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t'));
        }

        return NoteText.Parse(text);
    }

    /// <summary>
    /// The transport, or null for the default. PostfixAdmin writes 'virtual' where nobody chose one: then Postfix's
    /// virtual_transport decides, and in vmm domain.transport.
    /// </summary>
    private Transport? TransportOf(SourceDomain row)
    {
        if (row.Transport is null or "" or "virtual" or "virtual:")
        {
            return null;
        }

        var hasColon = row.Transport.Contains(':', StringComparison.Ordinal);
        var transport = Transport.Parse(hasColon ? row.Transport : row.Transport + ":");
        if (transport.Text != row.Transport)
        {
            plan.Change("domain", row.Name, $"its transport '{row.Transport}' is written '{transport.Text}'");
        }

        return transport;
    }

    private void PlanAliasDomains()
    {
        foreach (var row in source.AliasDomains)
        {
            if (!row.IsActive)
            {
                plan.LeaveOut("alias_domain", row.Name, "it is inactive");
                continue;
            }

            plan.Take("alias_domain", row.Name, () =>
            {
                var (name, target) = (DomainName.Parse(row.Name), DomainName.Parse(row.Target));
                if (!domains.Contains(target))
                {
                    plan.Refuse("alias_domain", row.Name, $"its target '{row.Target}' is not imported as a domain");
                }
                else if (domains.Contains(name) || !aliasDomains.Add(name))
                {
                    plan.Refuse("alias_domain", row.Name, $"it is the same as a different domain, '{name}'");
                }
                else
                {
                    plan.AliasDomains.Add((name, target));
                }
            });
        }
    }

    private void RequireComplete()
    {
        var refused = plan.Notes.Where(n => n.What == "refused").ToList();
        if (refused.Count == 0 || choices.Skip)
        {
            return;
        }

        var errors = refused.Select(n => new VmmException(
            ErrorCode.InvalidArgument, $"{n.Table} '{n.Row}' cannot be imported: {n.Reason}")).ToList();
        throw new VmmException(errors[0].Code, errors[0].Message)
        {
            Others =
            [
                .. errors.Skip(1),
                new VmmException(
                    ErrorCode.InvalidArgument,
                    "nothing was imported",
                    "Change these rows in PostfixAdmin, or leave them out with --skip-invalid."),
            ],
        };
    }
}
