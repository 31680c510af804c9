using Vmm.Sql;

namespace Vmm;

/// <summary>Everything that <c>check</c> looks at. Changes nothing.</summary>
public static class Check
{
    /// <summary>A database that is none of this vmm's; nothing else is looked at then.</summary>
    internal const string Version = "schema-version";

    /// <summary>All findings; of one domain alone with <paramref name="only"/>.</summary>
    /// <exception cref="VmmException">35; 56 no base directory; 57 no such domain.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Settings settings, DomainName? only, Action<string, long, long> progress, CancellationToken ct)
    {
        try
        {
            var domain = only is null ? null : await Session.ReadAsync(settings, async s => await DomainSql.FindAsync(s.Tx, only) ?? throw Errors.NoSuchDomain(only), ct);
            var schema = domain is null ? await SchemaCheck.RunAsync(settings, ct) : [];
            var schemes = await DovecotSchemes.AskAsync(settings, ct);
            var rows = await Session.ReadAsync(settings, async s => (IReadOnlyList<Finding>)[.. await AliasCheck.RunAsync(s), .. await PasswordCheck.RunAsync(s, domain?.Gid, domain?.Name.Ascii, schemes)], ct);
            var directories = await Session.ReadAsync(settings, s => DirectoryCheck.RunAsync(s, progress), ct);
            var stack = await MailStackCheck.RunAsync(settings, domain?.Gid, schema.All(f => !SchemaCheck.Silences(f)), progress, ct);
            return [.. schema.Concat(rows).Concat(directories).Concat(stack).Where(f => domain is null || f.Domain == domain.Name.Ascii)];
        }
        catch (VmmException e) when (e.Code == ErrorCode.SchemaUnknown && only is null)
        {
            return [new Finding(Version, Finding.Error, settings.Database.Name, e.Message, e.Hint ?? "vmm upgrade")];
        }
    }
}
