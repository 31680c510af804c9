namespace Vmm.Core.Configuration;

/// <summary>One option of the configuration that gets another value.</summary>
/// <param name="Option">The option.</param>
/// <param name="Before">Its value as configget printed it; the password is hidden.</param>
/// <param name="After">Its value as configget will print it.</param>
public sealed record SettingChange(SettingOption Option, string Before, string After);
