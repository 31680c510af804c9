using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>
/// The base directory of the configuration is for new domains; the row of each domain says where it is. So the two can differ,
/// after a change of one of them.
/// </summary>
public static class BaseDirectory
{
    private const int Seconds = 5;

    /// <summary>What to know about domains that are not below a new base directory: a warning for each other one.</summary>
    /// <param name="settings">For the database; where it does not answer, there is no warning.</param>
    /// <param name="directory">The new base directory.</param>
    /// <param name="ct">Cancels it.</param>
    public static IReadOnlyList<string> Stays(Settings settings, string directory, CancellationToken ct)
    {
        try
        {
            return
            [
                .. Session.Glance(settings, Seconds, s => BaseSql.Others(s.Tx, directory), ct).Select(o =>
                    $"{Errors.Count(o.Domains, "domain stays", "domains stay")} in '{o.Base}', and only new domains are made in"
                    + $" '{directory}'; to move them too, stop Dovecot and Postfix, move the directories, then run:"
                    + $" {Command(settings, o.Base, directory)}"),
            ];
        }
        catch (VmmException)
        {
            return [];
        }
    }

    /// <summary>
    /// The error about a base directory that cannot be opened, where the configuration names another one: it may have been moved.
    /// </summary>
    public static VmmException Explain(Settings settings, VmmException e) =>
        e.BaseDirectory is not { } stored || stored == settings.BaseDirectory ? e : new VmmException(
            e.Code,
            $"{e.Message}; the rows of domains say '{stored}', the configuration says '{settings.BaseDirectory}'",
            $"If the mail is in '{settings.BaseDirectory}' now, run {Command(settings, stored, settings.BaseDirectory)}"
            + " to correct the rows; otherwise mount the disk.");

    private static string Command(Settings settings, string from, string to) =>
        PsqlCommand.Of(settings.Database, BaseSql.Move(from, to));
}
