using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>domainadd, domaininfo, domaindelete, listdomains.</summary>
internal static class DomainCommands
{
    internal static Subcommand[] All =>
    [
        new("domainadd", "da", "add a domain with its directory", Add),
        new("domaininfo", "di", "show a domain", Info),
        new("domaindelete", "dd", "delete a domain", Delete),
        new("listdomains", "ld", "list domains", List),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var domain = Arguments.Domain(names: Names.Unknown);
        var note = Arguments.Note();
        var transport = new Option<string?>("--transport", "-t")
        {
            HelpName = "transport",
            Description = "transport of its accounts, instead of domain.transport",
        }.Completes(Names.Transport);
        var oldTransport = Arguments.Old("transport");
        var password = new PasswordOptions();
        command.Details = "Adds the domain and creates its directory; with domain.auto_postmaster in the configuration also "
            + $"the account postmaster of the domain. Domain names may be given in any case and script. {PasswordOptions.Help}";
        command.Example = "domainadd example.com --note 'customer 4711'";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.DomainExists, ErrorCode.DomainInvalid];
        command.Old = [new("DOMAIN TRANSPORT", "`--transport` `TRANSPORT`")];
        command.Takes([domain, oldTransport, note, transport, .. password.All]);
        command.Changes(app, new Change<(NewDomain Domain, string? Generated), AddedDomain>
        {
            Target = asking => asking.Get(domain),
            Ask = asking =>
            {
                var name = DomainName.Parse(asking.Get(domain));
                var remark = NoteText.Parse(TextOptions.Typed(asking.Get(note), "note"));
                var given = Arguments.Either(asking.Parse, transport, oldTransport);
                var chosen = given is { Length: > 0 } ? Transport.Parse(given) : null;
                var postmaster = Postmaster(asking, password, name);
                return (new NewDomain(name, remark, chosen, postmaster?.Hash), postmaster?.Generated);
            },
            Act = (s, request) =>
            {
                var added = Domains.Add(s, request.Domain);
                var postmaster = added.Postmaster is null ? null : added.Postmaster with { GeneratedPassword = request.Generated };
                return added with { Postmaster = postmaster };
            },
            Say = DomainText.Added,
            Json = () => CommandJson.Default.AddedDomain,
            Tolerance = Tolerance.IfNotExists(ErrorCode.DomainExists),
        });
        command.AlsoFromFile(app, new FileLines<NewDomain>(
            "fqdn, [transport], [note]; no postmaster is added",
            (_, fields) => new NewDomain(
                DomainName.Parse(fields[0]),
                NoteText.Parse(fields.ElementAtOrDefault(2)),
                fields.ElementAtOrDefault(1) is { Length: > 0 } text ? Transport.Parse(text) : null,
                null),
            DomainBatch.Add));
    }

    private static Secret? Postmaster(Asking asking, PasswordOptions password, DomainName domain)
    {
        if (asking.Settings.Value(SettingOptions.DomainAutoPostmaster))
        {
            return password.Ask(asking, EmailAddress.Parse($"postmaster@{domain}"));
        }

        return password.All.All(o => asking.Parse.GetResult(o) is null or { Implicit: true }) ? null : throw new VmmException(
            ErrorCode.Usage,
            "a password was given, but no account is added with the domain",
            "Turn domain.auto_postmaster on, or add the postmaster with useradd.");
    }

    private static void Info(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        string[] words = ["accounts", "aliasdomains", "aliases", "catchall", "relocated", "full"];
        var details = Arguments.Details(words);
        var old = Arguments.Old("details");
        command.Details = "Shows directory, group id, defaults of its accounts and the numbers of its objects; --details adds "
            + "lists of them. For an alias domain it shows which domain it belongs to.";
        command.Example = "domaininfo example.com --details full";
        command.Codes = [ErrorCode.NoSuchDomain];
        command.Old = [new("DOMAIN WORD", "`--details` `WORD`; `detailed` is `full`")];
        command.Takes(domain, old, details);
        command.Reads(
            app,
            asking => (
                Name: DomainName.Refer(asking.Get(domain)),
                Details: Details(Arguments.OneOf(Arguments.Either(asking.Parse, details, old), [.. words, "detailed"]))),
            (s, request) => Domains.Find(s, request.Name, request.Details),
            DomainText.Info,
            () => CommandJson.Default.AnyDomainInfo);
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

    private static void Delete(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var directory = DeletionOptions.Directory("also remove its directory with all mail, at once: there is no way back");
        var force = Arguments.Force("also delete its accounts, aliases and relocated users");
        var old = Arguments.Old("what");
        command.Details = "Deletes an empty domain with its alias domain names and its catch-all, or with --force also "
            + $"everything in it. {DeletionOptions.Help}";
        command.Example = "domaindelete example.com --force --delete-directory";
        command.Codes =
        [
            ErrorCode.AccountAndAliasPresent, ErrorCode.DomainDirectoryGroup, ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain,
            ErrorCode.DirectoryNotRemoved,
        ];
        command.Old =
        [
            new(
                "DOMAIN deluser|delalias|delall",
                "what may be deleted with the domain: accounts, aliases, or everything as with `--force`"
            ),
        ];
        command.Takes(domain, old, directory, force);
        command.Changes(
            app,
            new Change<(DomainName Name, DomainContents MayGo, OnDelete OnDelete), DeletedDomain>
            {
                Target = asking => asking.Get(domain),
                Ask = asking =>
                    (
                        DomainName.Refer(asking.Get(domain)),
                        asking.Get(force) || asking.Settings.Value(SettingOptions.DomainForceDeletion)
                            ? DomainContents.All
                            : MayGo(asking.Get(old)),
                        DeletionOptions.What(asking, directory, SettingOptions.DomainDeleteDirectory)
                    ),
                Act = (s, request) => Domains.Delete(s, request.Name, request.MayGo, request.OnDelete),
                Json = () => CommandJson.Default.DeletedDomain,
                Details = DomainText.Deleted,
                Tolerance = Tolerance.IfExists(),
            }
        );
    }

    /// <summary>The words of vmm 0.3 to 0.6.</summary>
    private static DomainContents MayGo(string? word) => Arguments.OneOf(word, "deluser", "delalias", "delall", "force") switch
    {
        null => DomainContents.None,
        "deluser" => DomainContents.Accounts,
        "delalias" => DomainContents.Aliases,
        _ => DomainContents.All,
    };

    private static void List(VmmCommand command, App app)
    {
        var options = new ListOptions();
        command.Details = $"Lists all domain names, alias domains below the domain that they belong to. {ListOptions.Help}";
        command.Example = "listdomains --pattern '%example%'";
        command.Codes = [ErrorCode.DomainInvalid];
        command.Old = [new("PATTERN", "`--pattern` `PATTERN`; the same for all lists")];
        command.Takes(options.All);
        command.Lists(
            app,
            asking => options.Domains(asking.Parse),
            Domains.List,
            new ListShape<DomainListItem>(
                "domains", options.HasPattern, "domains", DomainText.ListLine, () => CommandJson.Default.DomainListItem));
    }
}
