namespace Vmm.Core.Configuration;

/// <summary>A value that an option is to have.</summary>
/// <param name="Value">In the form of <see cref="SettingOption.Default"/>.</param>
/// <param name="Toml">As it is written into the file.</param>
/// <param name="Warning">What the administrator may not have meant, or null.</param>
public sealed record SettingEntry(object Value, string Toml, string? Warning = null);
