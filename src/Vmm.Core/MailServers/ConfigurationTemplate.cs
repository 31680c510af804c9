using System.Text.RegularExpressions;

namespace Vmm.Core.MailServers;

/// <summary>
/// The templates of install/postfix and install/dovecot, which are part of
/// the program. @NAME@ in them is a placeholder for a value.
/// </summary>
internal static partial class ConfigurationTemplate
{
    /// <summary>Names of the templates with this beginning, in alphabetical order.</summary>
    internal static IEnumerable<string> Names(string beginning) =>
        typeof(ConfigurationTemplate).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(beginning, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a template, with its placeholders.</summary>
    internal static string Read(string name)
    {
        using var stream = typeof(ConfigurationTemplate).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no template {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// Replaces placeholders by their values in one pass, so that a value that looks like a placeholder stays as it is.
    /// </summary>
    internal static string Fill(string text, IReadOnlyDictionary<string, string> values) => Placeholder().Replace(
        text,
        m => values.GetValueOrDefault(m.Groups["name"].Value) ?? throw new InvalidOperationException($"no value for {m.Value}"));

    [GeneratedRegex("@(?<name>[A-Z]+)@")]
    private static partial Regex Placeholder();
}
