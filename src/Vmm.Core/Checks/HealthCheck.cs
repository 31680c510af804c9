using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>Everything that <c>check</c> looks at. Changes nothing.</summary>
public static class HealthCheck
{
    /// <summary>
    /// All findings; of one domain alone with <paramref name="only"/>; with <paramref name="dns"/> also what the domain name system
    /// says.
    /// </summary>
    /// <exception cref="VmmException">35; 56 no base directory; 57 no such domain.</exception>
    public static IReadOnlyList<Finding> Run(
        Settings settings, DomainName? only, bool dns, Action<string, long, long> progress, CancellationToken ct)
    {
        try
        {
            var domain = only is null ? null : Session.Read(settings, s => Require(s, only), ct);
            var schema = domain is null ? SchemaCheck.Run(settings, ct) : [];
            var schemes = DovecotSchemes.Ask(settings, ct);
            var rows = Session.Read(settings, s => Rows(s, domain, schemes), ct);
            var directories = Session.Read(settings, s => DirectoryCheck.Run(s, domain?.Gid, progress), ct);
            var names = dns ? Session.Read(settings, s => CheckSql.Names(s.Tx, domain?.Gid), ct) : [];
            var records = dns ? DnsCheck.Run(settings, names, progress, ct) : [];
            var canAnswer = !schema.Any(SchemaCheck.Silences);
            var servers = MailStackCheck.Run(settings, domain?.Gid, canAnswer, progress, ct);
            IEnumerable<Finding> all = [.. schema, .. rows, .. directories, .. servers, .. records];
            return [.. all.Where(f => domain is null || f.Domain == domain.Name.Ascii)];
        }
        catch (VmmException e) when (e.Code == ErrorCode.SchemaUnknown && only is null)
        {
            return [Findings.SchemaVersion(settings.Database, e)];
        }
    }

    /// <summary>What the rows alone tell.</summary>
    internal static IReadOnlyList<Finding> Rows(Session s, DomainRow? domain, DovecotSchemes? schemes) =>
    [
        .. domain is null ? SequenceSql.Behind(s.Tx).Select(b => Findings.SequenceBehind(s.Settings.Database, b)) : [],
        .. CheckSql.HighIds(s.Tx, ValidIds.Highest, domain?.Gid).Select(Findings.UnusableId),
        .. AliasCheck.Run(s, domain?.Gid),
        .. TransportSql.Foreign(s.Tx, domain?.Gid).Select(Findings.TransportCharacters),
        .. PasswordCheck.Run(s, domain?.Gid, domain?.Name.Ascii, schemes),
    ];

    private static DomainRow Require(Session s, DomainName name) =>
        DomainSql.Find(s.Tx, name) ?? throw ObjectErrors.NoSuchDomain(name);
}
