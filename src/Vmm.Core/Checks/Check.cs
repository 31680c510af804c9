using Vmm.Sql;

namespace Vmm;

/// <summary>Everything that <c>check</c> looks at. Changes nothing.</summary>
public static class Check
{
    /// <summary>A database that is none of this vmm's; nothing else is looked at then.</summary>
    internal const string Version = "schema-version";

    /// <summary>All findings; of one domain alone with <paramref name="only"/>; with <paramref name="dns"/> also what the domain name system tells.</summary>
    /// <exception cref="VmmException">35; 56 no base directory; 57 no such domain.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Settings settings, DomainName? only, bool dns, Action<string, long, long> progress, CancellationToken ct)
    {
        try
        {
            var domain = only is null ? null : await Session.ReadAsync(settings, async s => await DomainSql.FindAsync(s.Tx, only) ?? throw Errors.NoSuchDomain(only), ct);
            var schema = domain is null ? await SchemaCheck.RunAsync(settings, ct) : [];
            var schemes = await DovecotSchemes.AskAsync(settings, ct);
            var rows = await Session.ReadAsync(settings, async s => (IReadOnlyList<Finding>)[.. await AliasCheck.RunAsync(s), .. await PasswordCheck.RunAsync(s, domain?.Gid, domain?.Name.Ascii, schemes)], ct);
            var directories = await Session.ReadAsync(settings, s => DirectoryCheck.RunAsync(s, progress), ct);
            var names = dns ? await Session.ReadAsync(settings, s => CheckSql.NamesAsync(s.Tx, domain?.Gid), ct) : [];
            var records = dns ? await DnsCheck.RunAsync(settings, names, progress, ct) : [];
            var stack = await MailStackCheck.RunAsync(settings, domain?.Gid, schema.All(f => !SchemaCheck.Silences(f)), progress, ct);
            return [.. schema.Concat(rows).Concat(directories).Concat(stack).Concat(records).Where(f => domain is null || f.Domain == domain.Name.Ascii)];
        }
        catch (VmmException e) when (e.Code == ErrorCode.SchemaUnknown && only is null)
        {
            return [new Finding(Version, Finding.Error, settings.Database.Name, e.Message, e.Hint ?? "vmm upgrade")];
        }
    }
}
