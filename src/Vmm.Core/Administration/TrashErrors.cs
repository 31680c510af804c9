using System.Text.Json;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What the trash cannot give back.</summary>
internal static class TrashErrors
{
    /// <summary>98.</summary>
    internal static VmmException NotThere(string what) => new(
        ErrorCode.NotInTrash, $"there is no '{what}' in the trash", "'vmm trashlist' lists what is there.");

    /// <summary>98: it is in the directory of its domain.</summary>
    internal static VmmException WithItsDomain(EmailAddress address, long change) => new(
        ErrorCode.NotInTrash,
        $"'{address}' was deleted with its domain, by change {change}",
        $"'vmm trashrestore {change}' brings back the domain with all its accounts.");

    /// <summary>2: more would go than was named.</summary>
    internal static VmmException Several(string what, long change) => new(
        ErrorCode.Usage,
        $"'{what}' was deleted together with others, by change {change}",
        $"'vmm trashshow {change}' lists them, and 'vmm trashpurge {change}' removes all of them.");

    /// <summary>Whether a line of a list in the trash could not be read.</summary>
    internal static bool IsDamage(Exception e) =>
        e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException;

    /// <summary>81.</summary>
    internal static VmmException Damaged(string path, Exception cause) => new(
        ErrorCode.FileSystem,
        $"'{path}' is damaged",
        "Restore it from a backup, or bring back the mail beside it by hand; then remove its directory.",
        cause);

    /// <summary>2: another address is for one account.</summary>
    internal static VmmException NoAccount(string what) => new(
        ErrorCode.Usage, $"'{what}' is not one account, which --as could give another address", "Restore it without --as.");
}
