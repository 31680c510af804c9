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
    /// <summary>A database that is none of this vmm's; nothing else is looked at then.</summary>
    internal const string Version = "schema-version";

    /// <summary>All findings; of one domain alone with <paramref name="only"/>; with <paramref name="dns"/> also what the domain name system tells.</summary>
    /// <exception cref="VmmException">35; 56 no base directory; 57 no such domain.</exception>
    public static IReadOnlyList<Finding> Run(Settings settings, DomainName? only, bool dns, Action<string, long, long> progress, CancellationToken ct)
    {
        try
        {
            var domain = only is null ? null : Session.Read(settings, s => DomainSql.Find(s.Tx, only) ?? throw ObjectErrors.NoSuchDomain(only), ct);
            var schema = domain is null ? SchemaCheck.Run(settings, ct) : [];
            var schemes = DovecotSchemes.Ask(settings, ct);
            var rows = Session.Read(settings, s => (IReadOnlyList<Finding>)[.. AliasCheck.Run(s), .. PasswordCheck.Run(s, domain?.Gid, domain?.Name.Ascii, schemes)], ct);
            var directories = Session.Read(settings, s => DirectoryCheck.Run(s, progress), ct);
            var names = dns ? Session.Read(settings, s => CheckSql.Names(s.Tx, domain?.Gid), ct) : [];
            var records = dns ? DnsCheck.Run(settings, names, progress, ct) : [];
            var stack = MailStackCheck.Run(settings, domain?.Gid, schema.All(f => !SchemaCheck.Silences(f)), progress, ct);
            return [.. schema.Concat(rows).Concat(directories).Concat(stack).Concat(records).Where(f => domain is null || f.Domain == domain.Name.Ascii)];
        }
        catch (VmmException e) when (e.Code == ErrorCode.SchemaUnknown && only is null)
        {
            return [new Finding(Version, Finding.Error, settings.Database.Name, e.Message, e.Hint ?? "vmm upgrade")];
        }
    }
}
