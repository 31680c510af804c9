using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>aliasdomainadd, aliasdomaininfo, aliasdomainswitch, aliasdomaindelete.</summary>
internal static class AliasDomainCommands
{
    internal static IEnumerable<VmmCommand> All(App app) => [Add(app), Info(app), Switch(app), Delete(app)];

    private static VmmCommand Add(App app)
    {
        var alias = Alias();
        var domain = Arguments.Domain("fqdn", "the domain that gets one more name");
        var command = Arguments.Command(
            "aliasdomainadd",
            "ada",
            "give a domain one more name",
            "aliasdomainadd example.net example.com",
            [ErrorCode.AliasDomainExists, ErrorCode.AliasDomainIsDomain, ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain],
            alias,
            domain);
        return command.Changes(app, new Change<(DomainName Alias, DomainName Domain), AliasDomainInfo>(
            parse => parse.GetRequiredValue(alias),
            asking => (DomainName.Parse(asking.Parse.GetRequiredValue(alias)), DomainName.Refer(asking.Parse.GetRequiredValue(domain))),
            (s, wanted) => AliasDomains.Add(s, wanted.Alias, wanted.Domain),
            _ => "",
            JsonContext.Default.AliasDomainInfo)
        {
            Tolerance = Tolerance.IfNotExists(ErrorCode.AliasDomainExists),
        }).AlsoFromFile(
            app,
            new FileLines<(DomainName Alias, DomainName Domain)>(
                "alias, fqdn",
                (_, fields) => (DomainName.Parse(fields[0]), DomainName.Refer(fields[1])),
                (s, bulk) => bulk.Add(s, (one, line) => AliasDomains.Add(one, line.Alias, line.Domain))),
            2,
            2);
    }

    private static VmmCommand Info(App app)
    {
        var alias = Alias();
        var command = Arguments.Command(
            "aliasdomaininfo", "adi", "show which domain an alias domain belongs to", "aliasdomaininfo example.net", [ErrorCode.NoSuchAliasDomain], alias);
        return command.Reads(
            app,
            asking => DomainName.Refer(asking.Parse.GetRequiredValue(alias)),
            AliasDomains.Find,
            DomainText.Info,
            JsonContext.Default.AnyDomainInfo);
    }

    private static VmmCommand Switch(App app)
    {
        var alias = Alias();
        var domain = Arguments.Domain("fqdn", "the domain that gets it");
        var command = Arguments.Command(
            "aliasdomainswitch",
            "ads",
            "give an alias domain to another domain",
            "aliasdomainswitch example.net example.org",
            [ErrorCode.AliasDomainExists, ErrorCode.AliasDomainIsDomain, ErrorCode.DomainIsAlias, ErrorCode.NoSuchAliasDomain, ErrorCode.NoSuchDomain],
            alias,
            domain);
        return command.Changes(app, new Change<(DomainName Alias, DomainName Domain), AliasDomainInfo>(
            parse => parse.GetRequiredValue(alias),
            asking => (DomainName.Refer(asking.Parse.GetRequiredValue(alias)), DomainName.Refer(asking.Parse.GetRequiredValue(domain))),
            (s, wanted) => AliasDomains.Switch(s, wanted.Alias, wanted.Domain),
            _ => "",
            JsonContext.Default.AliasDomainInfo));
    }

    private static VmmCommand Delete(App app)
    {
        var alias = Alias();
        var command = Arguments.Command(
            "aliasdomaindelete",
            "add",
            "take a name away from its domain",
            "aliasdomaindelete example.net",
            [ErrorCode.AliasDomainIsDomain, ErrorCode.NoSuchAliasDomain],
            alias);
        return command.Changes(app, new Change<DomainName, DeletedAliasDomain>(
            parse => parse.GetRequiredValue(alias),
            asking => DomainName.Refer(asking.Parse.GetRequiredValue(alias)),
            AliasDomains.Delete,
            _ => "",
            JsonContext.Default.DeletedAliasDomain)
        {
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAliasDomain),
        });
    }

    private static Argument<string> Alias() => Arguments.Domain("alias", "name of the alias domain");
}
