using System.Globalization;
using Vmm.Core.Unix;

namespace Vmm.Core.Mailboxes;

/// <summary>A home, or the directory of a domain, that is in the trash or belongs there.</summary>
/// <param name="IsDomain">Whether it is the directory of a domain.</param>
/// <param name="Id">uid of an account, gid of a domain.</param>
/// <param name="Domain">The domain in whose directory it was, or that had it.</param>
public sealed record TrashItem(bool IsDomain, long Id, DomainPath Domain)
{
    /// <summary>Absolute path that it had.</summary>
    public string Place => IsDomain ? Domain.ToString() : $"{Domain}/{Id}";

    /// <summary>Its name in the directory of the change that put it into the trash.</summary>
    internal string Name => IsDomain ? $"domain-{Id}" : $"account-{Id}";

    /// <summary>A line of the list in that directory.</summary>
    internal string Line =>
        $"{(IsDomain ? "domain" : "account")} {Id} {Domain.Gid} {Convert.ToHexString(FileName.Encode(Domain.ToString()))}";

    /// <exception cref="FormatException">It is none.</exception>
    internal static TrashItem Parse(string line)
    {
        if (line.Split(' ') is not ["account" or "domain", var id, var gid, var path])
        {
            throw new FormatException();
        }

        var domain = DomainPath.TryParse(
            FileName.Decode(Convert.FromHexString(path)), long.Parse(gid, NumberStyles.None, CultureInfo.InvariantCulture));
        return new TrashItem(line[0] == 'd', StagedHomes.Number(id), domain ?? throw new FormatException());
    }
}
