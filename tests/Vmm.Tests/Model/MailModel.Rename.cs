namespace Vmm.Tests.Model;

/// <summary>The commands that rename: what stays at the old name, and what follows to the new one.</summary>
internal sealed partial class MailModel
{
    public void UserRename(string old, string @new, OldName left)
    {
        var (from, localPart) = Split(old);
        var account = Account(old);
        var (to, newPart) = Other(from, localPart, @new);
        from.Accounts.Remove(localPart);
        to.Accounts.Add(newPart, account);
        Follow([.. from.Names.Select(n => $"{localPart}@{n}")], $"{newPart}@{to.Primary}");
        Leave(from, localPart, left, $"{newPart}@{to.Primary}");
    }

    public void AliasRename(string old, string @new, OldName left)
    {
        var (from, localPart) = Split(old);
        Require(from.Aliases.TryGetValue(localPart, out var destinations), ErrorCode.NoSuchAlias);
        var (to, newPart) = Other(from, localPart, @new);
        UnlessRefused(() =>
        {
            from.Aliases.Remove(localPart);
            to.Aliases.Add(newPart, destinations!);
            Follow([.. from.Names.Select(n => $"{localPart}@{n}")], $"{newPart}@{to.Primary}");
            Leave(from, localPart, left, $"{newPart}@{to.Primary}");
            RequireNoLoop(to, newPart);
            if (left == OldName.Alias)
            {
                RequireNoLoop(from, localPart);
            }
        });
    }

    public void DomainRename(string old, string @new, OldName left)
    {
        Require(old != @new, ErrorCode.InvalidArgument);
        var domain = Primary(old);
        var other = Find(@new);
        Require(other?.Primary != @new, ErrorCode.DomainExists);
        Require(other is null || other == domain, ErrorCode.AliasDomainExists);
        UnlessRefused(() =>
        {
            var strangers = Leading(d => d.EndsWith($"@{@new}", StringComparison.Ordinal)).ToList();
            Require(domain.Relocated.All(r => r.Value != $"{r.Key}@{@new}"), ErrorCode.RelocatedIdentical);
            Domains.Remove(old);
            domain.Primary = @new;
            domain.AliasNames.Remove(@new);
            if (left == OldName.Alias)
            {
                domain.AliasNames.Add(old);
            }

            Domains.Add(@new, domain);
            Replace(d => d.EndsWith($"@{old}", StringComparison.Ordinal) ? $"{d.Split('@')[0]}@{@new}" : d);
            strangers.ForEach(s => RequireNoLoop(s.Domain, s.LocalPart));
        });
    }

    /// <summary>A free address, which is not the old one.</summary>
    private (ModelDomain Domain, string LocalPart) Other(ModelDomain from, string localPart, string @new)
    {
        Require(Split(@new) != (from, localPart), ErrorCode.InvalidArgument);
        return Free(@new, null);
    }

    private static void Leave(ModelDomain domain, string localPart, OldName left, string @new)
    {
        switch (left)
        {
            case OldName.Alias:
                domain.Aliases.Add(localPart, new(StringComparer.Ordinal) { @new });
                break;
            case OldName.Relocated:
                domain.Relocated.Add(localPart, @new);
                break;
        }
    }

    /// <summary>Aliases and catch-alls with such a destination.</summary>
    private IEnumerable<(ModelDomain Domain, string LocalPart)> Leading(Func<string, bool> there) =>
        Domains.Values.SelectMany(d => d.Aliases.Where(a => a.Value.Any(there)).Select(a => (d, a.Key))
            .Concat(d.CatchAll.Any(there) ? [(d, AliasWalk.Anybody)] : []));

    private void Follow(HashSet<string> names, string @new) => Replace(d => names.Contains(d) ? @new : d);

    private void Replace(Func<string, string> @new)
    {
        foreach (var domain in Domains.Values)
        {
            foreach (var destinations in domain.Aliases.Values.Append(domain.CatchAll))
            {
                List<string> now = [.. destinations.Select(@new)];
                destinations.Clear();
                destinations.UnionWith(now);
            }

            foreach (var (localPart, destination) in domain.Relocated.ToList())
            {
                domain.Relocated[localPart] = @new(destination);
            }
        }
    }

    private void RequireNoLoop(ModelDomain domain, string localPart) =>
        Require(!new AliasWalk(this).LeadsIntoLoop($"{localPart}@{domain.Primary}"), ErrorCode.AliasLoop);

    /// <summary>Does all of it, or nothing.</summary>
    private void UnlessRefused(Action change)
    {
        var before = Domains.Values.Select(d => d.Copy()).ToList();
        try
        {
            change();
        }
        catch (Refusal)
        {
            Domains.Clear();
            before.ForEach(d => Domains.Add(d.Primary, d));
            throw;
        }
    }
}
