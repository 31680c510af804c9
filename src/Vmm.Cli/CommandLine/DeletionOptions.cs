using System.CommandLine;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;

namespace Vmm.Cli.CommandLine;

/// <summary>What becomes of the mail of what is deleted.</summary>
internal static class DeletionOptions
{
    /// <summary>What the details of commands say about it.</summary>
    internal const string Help = "What becomes of mail says account.on_delete: it goes into the trash, from which "
        + "'vmm trashrestore' brings it back, stays where it is, or is removed.";

    internal static Option<bool> Directory(string description) => new("--delete-directory") { Description = description };

    /// <summary>The option of the line, else the option of vmm 0.7 in the configuration, else account.on_delete.</summary>
    internal static OnDelete What(Asking asking, Option<bool> directory, SettingOption<bool> always) =>
        asking.Get(directory) || asking.Settings.Value(always) ? OnDelete.Remove
        : asking.Settings.Value(SettingOptions.AccountOnDelete) switch
        {
            "trash" => OnDelete.Trash,
            "remove" => OnDelete.Remove,
            _ => OnDelete.Keep,
        };
}
