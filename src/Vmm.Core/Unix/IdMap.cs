using System.Globalization;
using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>
/// The uids and gids that a user namespace has (user_namespaces(7)). A container without privileges often has 65536, and vmm begins
/// at 70000; the kernel's word for that is "invalid argument".
/// </summary>
internal static class IdMap
{
    /// <summary>What to do about it.</summary>
    internal const string Remedy = "map more ids into the container, on its host: /etc/subuid, /etc/subgid, lxc.idmap";

    /// <summary>The error for an owner that the kernel refuses; null where both ids are mapped.</summary>
    internal static VmmException? Refusal(string doing, string path, long uid, long gid) =>
        (Missing("uid", uid) ?? Missing("gid", gid)) is { } reason
            ? new VmmException(
                ErrorCode.FileSystem,
                $"cannot {doing} '{path}': {reason}",
                $"Nothing was changed. M{Remedy[1..]}.")
            : null;

    /// <summary>Why there is no such id here; null where there is one.</summary>
    internal static string? Missing(string kind, long id)
    {
        var ranges = Ranges($"/proc/self/{kind}_map");
        return ranges.Count == 0 || ranges.Exists(r => id >= r.First && id <= r.Last)
            ? null
            : $"{kind} {id} is not mapped in this container, which has {string.Join(", ", ranges.Select(Show))}";

        static string Show((long First, long Last) range) => $"{range.First}-{range.Last}";
    }

    /// <summary>Lines of the first id inside, the first outside and their number; none without /proc.</summary>
    private static List<(long First, long Last)> Ranges(string file)
    {
        try
        {
            return
            [
                .. from line in File.ReadLines(file)
                   let numbers = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                   where numbers.Length == 3
                   let first = long.Parse(numbers[0], CultureInfo.InvariantCulture)
                   select (first, first + long.Parse(numbers[2], CultureInfo.InvariantCulture) - 1),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
