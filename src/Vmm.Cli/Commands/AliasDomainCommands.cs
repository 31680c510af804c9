using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>aliasdomainadd, aliasdomaininfo, aliasdomainswitch, aliasdomaindelete.</summary>
internal static class AliasDomainCommands
{
    internal static Subcommand[] All =>
    [
        new("aliasdomainadd", "ada", "give a domain one more name", Add),
        new("aliasdomaininfo", "adi", "show which domain an alias domain belongs to", Info),
        new("aliasdomainswitch", "ads", "give an alias domain to another domain", Switch),
        new("aliasdomaindelete", "add", "take a name away from its domain", Delete),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var alias = Alias(Names.Unknown);
        var domain = Arguments.Domain("fqdn", "the domain that gets one more name");
        command.Details = "Everything in the domain can then be reached under this name too: accounts, aliases, relocated "
            + "users and the catch-all.";
        command.Example = "aliasdomainadd example.net example.com";
        command.Codes =
        [
            ErrorCode.AliasDomainExists, ErrorCode.AliasDomainIsDomain, ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain,
        ];
        command.Takes(alias, domain);
        command.Changes(app, new Change<(DomainName Alias, DomainName Domain), AliasDomainInfo>
        {
            Target = asking => asking.Get(alias),
            Ask = asking => (DomainName.Parse(asking.Get(alias)), DomainName.Refer(asking.Get(domain))),
            Act = (s, request) => AliasDomains.Add(s, request.Alias, request.Domain),
            Json = () => CommandJson.Default.AliasDomainInfo,
            Tolerance = Tolerance.IfNotExists(ErrorCode.AliasDomainExists),
        });
        command.AlsoFromFile(app, new FileLines<(DomainName Alias, DomainName Domain)>(
            "alias, fqdn",
            (_, fields) => (DomainName.Parse(fields[0]), DomainName.Refer(fields[1])),
            AliasDomainBatch.Add));
    }

    private static void Info(VmmCommand command, App app)
    {
        var alias = Alias();
        command.Details = "If the name is that of a primary domain, vmm shows that domain, with a warning.";
        command.Example = "aliasdomaininfo example.net";
        command.Codes = [ErrorCode.NoSuchAliasDomain];
        command.Takes(alias);
        command.Reads(
            app,
            asking => DomainName.Refer(asking.Get(alias)),
            AliasDomains.Find,
            DomainText.Info,
            () => CommandJson.Default.AnyDomainInfo);
    }

    private static void Switch(VmmCommand command, App app)
    {
        var alias = Alias();
        var domain = Arguments.Domain("fqdn", "the domain that gets it");
        command.Details = "From then on mail to the name goes to the addresses of the other domain.";
        command.Example = "aliasdomainswitch example.net example.org";
        command.Codes =
        [
            ErrorCode.AliasDomainExists, ErrorCode.AliasDomainIsDomain, ErrorCode.DomainIsAlias, ErrorCode.NoSuchAliasDomain,
            ErrorCode.NoSuchDomain,
        ];
        command.Takes(alias, domain);
        command.Changes(app, new Change<(DomainName Alias, DomainName Domain), AliasDomainInfo>
        {
            Target = asking => asking.Get(alias),
            Ask = asking => (DomainName.Refer(asking.Get(alias)), DomainName.Refer(asking.Get(domain))),
            Act = (s, request) => AliasDomains.Switch(s, request.Alias, request.Domain),
            Json = () => CommandJson.Default.AliasDomainInfo,
        });
    }

    private static void Delete(VmmCommand command, App app)
    {
        var alias = Alias();
        command.Details = "The domain and its objects stay as they are.";
        command.Example = "aliasdomaindelete example.net";
        command.Codes = [ErrorCode.AliasDomainIsDomain, ErrorCode.NoSuchAliasDomain];
        command.Takes(alias);
        command.Changes(app, new Change<DomainName, DeletedAliasDomain>
        {
            Target = asking => asking.Get(alias),
            Ask = asking => DomainName.Refer(asking.Get(alias)),
            Act = AliasDomains.Delete,
            Json = () => CommandJson.Default.DeletedAliasDomain,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAliasDomain),
        });
    }

    private static Argument<string> Alias(string names = Names.AliasDomain) =>
        Arguments.Domain("alias", "name of the alias domain", names);
}
