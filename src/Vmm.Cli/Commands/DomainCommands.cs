using System.CommandLine;

namespace Vmm;

/// <summary>domainadd, domaininfo, domaindelete, listdomains.</summary>
internal static class DomainCommands
{
    internal static IEnumerable<Command> All(App app) => [Add(app), Info(app), Delete(app), List(app)];

    private static Command Add(App app)
    {
        var domain = Arguments.Domain();
        var note = Arguments.Note();
        var transport = new Option<string?>("--transport", "-t") { HelpName = "transport", Description = "transport of its accounts, instead of domain.transport" };
        var password = new PasswordOptions();
        var command = Arguments.Command("domainadd", "da", "add a domain with its directory", [domain, note, transport, .. password.All]);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            asking =>
            {
                var name = DomainName.Parse(parse.GetRequiredValue(domain));
                var remark = NoteText.Parse(parse.GetValue(note));
                var way = parse.GetValue(transport) is { Length: > 0 } text ? Transport.Parse(text) : null;
                var postmaster = Postmaster(asking, password, name);
                return (Domain: new NewDomain(name, remark, way, postmaster?.Hash), postmaster?.Generated);
            },
            async (s, wanted) =>
            {
                var added = await Domains.AddAsync(s, wanted.Domain);
                return added with { Postmaster = added.Postmaster is null ? null : added.Postmaster with { GeneratedPassword = wanted.Generated } };
            },
            DomainText.Added,
            JsonContext.Default.AddedDomain,
            parse.GetRequiredValue(domain),
            ct));
        return command;
    }

    private static Secret? Postmaster(Asking asking, PasswordOptions password, DomainName domain)
    {
        if (asking.Settings.Flag("domain.auto_postmaster"))
        {
            return password.Ask(asking, EmailAddress.Parse($"postmaster@{domain}"));
        }

        return password.All.All(o => asking.Parse.GetResult(o) is null or { Implicit: true }) ? null : throw new VmmException(
            ErrorCode.Usage, "a password was given, but no account is added with the domain", "Turn domain.auto_postmaster on, or add the postmaster with useradd.");
    }

    private static Command Info(App app)
    {
        var domain = Arguments.Domain();
        var details = Arguments.Details("accounts", "aliasdomains", "aliases", "catchall", "relocated", "full");
        var command = Arguments.Command("domaininfo", "di", "show a domain", domain, details);
        command.SetAction((parse, ct) => app.ReadAsync(
            parse,
            _ => DomainName.Refer(parse.GetRequiredValue(domain)),
            (s, wanted) => Domains.FindAsync(s, wanted, parse.GetValue(details)),
            DomainText.Info,
            JsonContext.Default.AnyDomainInfo,
            ct));
        return command;
    }

    private static Command Delete(App app)
    {
        var domain = Arguments.Domain();
        var directory = new Option<bool>("--delete-directory") { Description = "also remove its directory with all mail" };
        var force = new Option<bool>("--force") { Description = "also delete its accounts, aliases and relocated users" };
        var command = Arguments.Command("domaindelete", "dd", "delete a domain", domain, directory, force);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            asking => (
                Name: DomainName.Refer(parse.GetRequiredValue(domain)),
                Force: parse.GetValue(force) || asking.Settings.Flag("domain.force_deletion"),
                Directory: parse.GetValue(directory) || asking.Settings.Flag("domain.delete_directory")),
            (s, wanted) => Domains.DeleteAsync(s, wanted.Name, wanted.Force, wanted.Directory),
            _ => "",
            JsonContext.Default.DeletedDomain,
            parse.GetRequiredValue(domain),
            ct));
        return command;
    }

    private static Command List(App app)
    {
        var pattern = Arguments.Pattern();
        var command = Arguments.Command("listdomains", "ld", "list domains", pattern);
        command.SetAction((parse, ct) => app.ListAsync(
            parse,
            _ => ListPattern.Domain(parse.GetValue(pattern)),
            Domains.ListAsync,
            new ListShape<DomainListItem>(
                "domains", Arguments.HasPattern(parse, pattern), "domains", DomainText.ListLine, JsonContext.Default.DomainListItem),
            ct));
        return command;
    }
}
