using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Where a domain's mail is: <c>base/c/gid</c>, c one of 0-9a-z. The gid names the directory, never the domain's name, so that a
/// rename moves no mail.
/// </summary>
/// <param name="Base">Absolute path.</param>
/// <param name="Hash">Name of the hash directory.</param>
/// <param name="Gid">Group id, also the name of the directory.</param>
public sealed record DomainPath(string Base, string Hash, long Gid)
{
    private const string Characters = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The names of all hash directories.</summary>
    public static IEnumerable<string> Hashes => Characters.Select(c => c.ToString());

    /// <summary>
    /// The place of a new domain: gids go round the hash directories, so that these fill evenly (vmm 0.7 draws lots).
    /// </summary>
    public static DomainPath ForNew(string baseDirectory, long gid) =>
        new(baseDirectory, Characters[(int)(gid % Characters.Length)].ToString(), gid);

    /// <summary>
    /// Takes apart what the database holds; only the shape that vmm makes is accepted. Empty parts of a path and dots mean nothing:
    /// vmm 0.3 to 0.5 wrote two slashes when the base directory was configured with one at its end.
    /// </summary>
    /// <exception cref="VmmException">84 for any other path.</exception>
    public static DomainPath Parse(string directory, long gid) => TryParse(directory, gid) ?? throw Refusal(directory, gid);

    /// <summary>As <see cref="Parse"/>; null for any other path.</summary>
    internal static DomainPath? TryParse(string directory, long gid)
    {
        var parts = Parts(directory).ToList();
        var sound = directory.StartsWith('/') && parts.Count >= 3 && parts[^1] == gid.ToString() && parts[^2].Length == 1
            && !parts.Contains("..");
        return sound ? new DomainPath("/" + string.Join('/', parts[..^2]), parts[^2], gid) : null;
    }

    /// <summary>Why a path is not accepted.</summary>
    internal static VmmException Refusal(string directory, long gid) => Errors.UnsafePath(
        directory, $"vmm manages directories of domains like BASE/CHARACTER/GID only, here '.../x/{gid}' for example");

    /// <summary>One spelling for all of a path, as <see cref="Parse"/> has them.</summary>
    internal static string Plain(string path) => "/" + string.Join('/', Parts(path));

    private static IEnumerable<string> Parts(string path) => path.Split('/').Where(p => p is not ("" or "."));

    /// <summary>The absolute path.</summary>
    public override string ToString() => $"{Base}/{Hash}/{Gid}";
}
