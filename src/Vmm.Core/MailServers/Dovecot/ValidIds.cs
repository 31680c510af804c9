using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>Which uids and gids of accounts Dovecot accepts. Of those that it refuses, its programs may say nothing.</summary>
/// <param name="FirstUid">Its first_valid_uid; 0 where it cannot be asked.</param>
/// <param name="FirstGid">Its first_valid_gid; 0 where it cannot be asked.</param>
internal sealed record ValidIds(long FirstUid, long FirstGid)
{
    /// <summary>A higher one is "Invalid UID value" to Dovecot 2.3 and 2.4.</summary>
    internal const long Highest = int.MaxValue;

    /// <summary>Asks doveconf, if it is there.</summary>
    internal static ValidIds Read(Settings settings, CancellationToken ct)
    {
        var doveconf = settings.Value(SettingOptions.BinDoveconf);
        var values = MailServerFaults.Try(
            () => ChildProgram.Run(doveconf, ["-h", "first_valid_uid", "first_valid_gid"], ct), _ => { });
        return values?.Split('\n') is [var uid, var gid, ..] ? new ValidIds(Number(uid), Number(gid)) : new ValidIds(0, 0);

        static long Number(string value) =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;
    }

    /// <summary>Why Dovecot refuses a user with these ids, after a name for them; null if it does not.</summary>
    internal string? Refusal(long uid, long gid) => Refusal("uid", uid, FirstUid) ?? Refusal("gid", gid, FirstGid);

    private static string? Refusal(string kind, long id, long first) =>
        id > Highest ? $"{kind} {id} is above {Highest}, the highest that Dovecot accepts"
        : id < first ? $"{kind} {id} is below Dovecot's first_valid_{kind}, {first}"
        : null;
}
