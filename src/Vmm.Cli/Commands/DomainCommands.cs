using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>domainadd, domaininfo, domaindelete, listdomains.</summary>
internal static class DomainCommands
{
    internal static IEnumerable<VmmCommand> All(App app) => [Add(app), Info(app), Delete(app), List(app)];

    private static VmmCommand Add(App app)
    {
        var domain = Arguments.Domain();
        var note = Arguments.Note();
        var transport = new Option<string?>("--transport", "-t") { HelpName = "transport", Description = "transport of its accounts, instead of domain.transport" };
        var oldTransport = Arguments.Old("transport");
        var password = new PasswordOptions();
        var command = Arguments.Command(
            "domainadd",
            "da",
            "add a domain with its directory",
            "domainadd example.com --note 'customer 4711'",
            [ErrorCode.DomainIsAlias, ErrorCode.DomainExists, ErrorCode.DomainInvalid],
            [domain, oldTransport, note, transport, .. password.All]);
        return command.Changes(app, new Change<(NewDomain Domain, string? Generated), AddedDomain>(
            parse => parse.GetRequiredValue(domain),
            asking =>
            {
                var name = DomainName.Parse(asking.Parse.GetRequiredValue(domain));
                var remark = NoteText.Parse(asking.Parse.GetValue(note));
                var way = Arguments.Either(asking.Parse, transport, oldTransport) is { Length: > 0 } text ? Transport.Parse(text) : null;
                var postmaster = Postmaster(asking, password, name);
                return (new NewDomain(name, remark, way, postmaster?.Hash), postmaster?.Generated);
            },
            (s, wanted) =>
            {
                var added = Domains.Add(s, wanted.Domain);
                return added with { Postmaster = added.Postmaster is null ? null : added.Postmaster with { GeneratedPassword = wanted.Generated } };
            },
            DomainText.Added,
            JsonContext.Default.AddedDomain)
        {
            Tolerance = Tolerance.IfNotExists(ErrorCode.DomainExists),
        }).AlsoFromFile(
            app,
            new FileLines<NewDomain>(
                "fqdn, [transport], [note]; no postmaster is added",
                (_, fields) => new NewDomain(
                    DomainName.Parse(fields[0]),
                    NoteText.Parse(fields.ElementAtOrDefault(2)),
                    fields.ElementAtOrDefault(1) is { Length: > 0 } text ? Transport.Parse(text) : null,
                    null),
                (s, bulk) => bulk.Add(s, (session, domain) => Domains.Add(session, domain))),
            1,
            3);
    }

    private static Secret? Postmaster(Asking asking, PasswordOptions password, DomainName domain)
    {
        if (asking.Settings.Value(SettingOptions.DomainAutoPostmaster))
        {
            return password.Ask(asking, EmailAddress.Parse($"postmaster@{domain}"));
        }

        return password.All.All(o => asking.Parse.GetResult(o) is null or { Implicit: true }) ? null : throw new VmmException(
            ErrorCode.Usage, "a password was given, but no account is added with the domain", "Turn domain.auto_postmaster on, or add the postmaster with useradd.");
    }

    private static VmmCommand Info(App app)
    {
        var domain = Arguments.Domain();
        string[] words = ["accounts", "aliasdomains", "aliases", "catchall", "relocated", "full"];
        var details = Arguments.Details(words);
        var old = Arguments.Old("details");
        var command = Arguments.Command(
            "domaininfo", "di", "show a domain", "domaininfo example.com --details full", [ErrorCode.NoSuchDomain], domain, old, details);
        return command.Reads(
            app,
            asking => (
                Name: DomainName.Refer(asking.Parse.GetRequiredValue(domain)),
                Details: Details(Arguments.OneOf(Arguments.Either(asking.Parse, details, old), [.. words, "detailed"]))),
            (s, wanted) => Domains.Find(s, wanted.Name, wanted.Details),
            DomainText.Info,
            JsonContext.Default.AnyDomainInfo);
    }

    private static DomainDetails Details(string? word) => word switch
    {
        "accounts" => DomainDetails.Accounts,
        "aliasdomains" => DomainDetails.AliasDomains,
        "aliases" => DomainDetails.Aliases,
        "catchall" => DomainDetails.CatchAll,
        "relocated" => DomainDetails.Relocated,
        // "detailed" is what vmm 0.4 called it.
        "full" or "detailed" => DomainDetails.All,
        _ => DomainDetails.None,
    };

    private static VmmCommand Delete(App app)
    {
        var domain = Arguments.Domain();
        var directory = new Option<bool>("--delete-directory") { Description = "also remove its directory with all mail" };
        var force = Arguments.Force("also delete its accounts, aliases and relocated users");
        var old = Arguments.Old("what");
        var command = Arguments.Command(
            "domaindelete",
            "dd",
            "delete a domain",
            "domaindelete example.com --force --delete-directory",
            [ErrorCode.AccountAndAliasPresent, ErrorCode.DomainDirectoryGroup, ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain, ErrorCode.DirectoryNotRemoved],
            domain,
            old,
            directory,
            force);
        return command.Changes(app, new Change<(DomainName Name, DomainContents MayGo, bool Directory), DeletedDomain>(
            parse => parse.GetRequiredValue(domain),
            asking => (
                DomainName.Refer(asking.Parse.GetRequiredValue(domain)),
                asking.Parse.GetValue(force) || asking.Settings.Value(SettingOptions.DomainForceDeletion) ? DomainContents.All : MayGo(asking.Parse.GetValue(old)),
                asking.Parse.GetValue(directory) || asking.Settings.Value(SettingOptions.DomainDeleteDirectory)),
            (s, wanted) => Domains.Delete(s, wanted.Name, wanted.MayGo, wanted.Directory),
            _ => "",
            JsonContext.Default.DeletedDomain)
        {
            Tolerance = Tolerance.IfExists(),
        });
    }

    /// <summary>The words of vmm 0.3 to 0.6.</summary>
    private static DomainContents MayGo(string? word) => Arguments.OneOf(word, "deluser", "delalias", "delall", "force") switch
    {
        null => DomainContents.None,
        "deluser" => DomainContents.Accounts,
        "delalias" => DomainContents.Aliases,
        _ => DomainContents.All,
    };

    private static VmmCommand List(App app)
    {
        var options = new ListOptions();
        var command = Arguments.Command("listdomains", "ld", "list domains", "listdomains --pattern '%example%'", [ErrorCode.DomainInvalid], options.All);
        return command.Lists(
            app,
            asking => options.Domains(asking.Parse),
            Domains.List,
            new ListShape<DomainListItem>("domains", options.HasPattern, "domains", DomainText.ListLine, JsonContext.Default.DomainListItem));
    }
}
