using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>Which uids and gids of accounts Dovecot accepts. Of those that it refuses, its programs may say nothing.</summary>
internal static class ValidIds
{
    /// <summary>A higher one is "Invalid UID value" to Dovecot 2.3 and 2.4.</summary>
    internal const long Highest = int.MaxValue;

    /// <summary>Why Dovecot refuses a user with this id; null if it does not, or cannot be asked.</summary>
    /// <param name="settings">Where doveconf is.</param>
    /// <param name="kind">uid or gid.</param>
    /// <param name="id">The number.</param>
    /// <param name="ct">Cancels it.</param>
    internal static string? Refusal(Settings settings, string kind, long id, CancellationToken ct)
    {
        if (id > Highest)
        {
            return $"is above {Highest}, the highest that Dovecot accepts";
        }

        var doveconf = settings.Value(SettingOptions.BinDoveconf);
        var name = $"first_valid_{kind}";
        var value = MailServerFaults.Try(() => ChildProgram.Run(doveconf, ["-h", name], ct), _ => { });
        return long.TryParse(value?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var first) && id < first
            ? $"is below Dovecot's {name}, {first}"
            : null;
    }
}
