namespace Vmm.Tests.Model;

/// <summary>
/// Where mail goes in the model: from address to address through aliases, and where nobody has an address through the domain's
/// catch-all.
/// </summary>
internal sealed class AliasWalk(MailModel model)
{
    /// <summary>Stands for everybody in a domain who has no address of his own.</summary>
    public const string Anybody = "(any)";

    /// <summary>One of those that lead to the address, or the address itself, leads into a loop.</summary>
    public bool LeadsIntoLoop(string address)
    {
        var sources = model.Domains.Values.SelectMany(d => d.Aliases.Keys.Append(Anybody).Select(l => $"{l}@{d.Primary}"));
        return sources.Where(s => s == address || Reaches(s, address)).Any(s => HasLoop(s, [], []));
    }

    /// <summary>
    /// What an address is answered with: the destinations of an alias, or of the catch-all, with placeholders filled in.
    /// </summary>
    public IEnumerable<string> Next(string address)
    {
        var (localPart, name) = (address.Split('@')[0], address.Split('@')[1]);
        var domain = model.Find(name);
        var destinations = domain?.KindOf(localPart) switch
        {
            "alias" => domain.Aliases[localPart],
            null => domain?.CatchAll ?? [],
            _ => [],
        };
        return destinations.Select(d =>
            d.Replace("%n", localPart, StringComparison.Ordinal).Replace("%d", name, StringComparison.Ordinal)
        );
    }

    /// <summary>
    /// Who may send under the address of an alias: the accounts that it ends in through aliases alone, under every name of their
    /// domains.
    /// </summary>
    public IEnumerable<string> Logins(string address)
    {
        var seen = new HashSet<string> { address };
        var open = new Stack<string>(seen);
        var logins = new HashSet<string>();
        while (open.TryPop(out var next))
        {
            var (localPart, domain) = (next.Split('@')[0], model.Find(next.Split('@')[1]));
            switch (domain?.KindOf(localPart))
            {
                case "account":
                    logins.UnionWith(domain.Names.Select(n => $"{localPart}@{n}"));
                    break;
                case "alias":
                    Next(next).Where(seen.Add).ToList().ForEach(open.Push);
                    break;
            }
        }

        return logins;
    }

    /// <summary>An address without an owner that comes out of the catch-all as it went in stays where it is.</summary>
    private IEnumerable<string> Steps(string address) =>
        Next(address).Where(n => n != address || model.Find(address.Split('@')[1])!.KindOf(address.Split('@')[0]) is not null);

    private bool HasLoop(string address, HashSet<string> path, HashSet<string> done)
    {
        if (!path.Add(address))
        {
            return true;
        }

        var loop = !done.Contains(address) && Steps(address).Any(n => HasLoop(n, path, done));
        path.Remove(address);
        done.Add(address);
        return loop;
    }

    private bool Reaches(string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var address))
        {
            foreach (var next in Next(address).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return seen.Any(s => Same(s, to));
    }

    /// <summary>
    /// Under another name of its domain it is the same alias; everybody without an address is the same catch-all.
    /// </summary>
    private bool Same(string address, string own)
    {
        var (localPart, name) = (address.Split('@')[0], address.Split('@')[1]);
        return model.Find(name) is { } domain
            && $"{(domain.KindOf(localPart) is null ? Anybody : localPart)}@{domain.Primary}" == own;
    }
}
