using System.Text.RegularExpressions;

namespace Vmm.Core.MailServers;

/// <summary>The texts of install/postfix and install/dovecot, which are part of the program. @NAME@ in them stands for a value.</summary>
internal static partial class ConfigurationTemplate
{
    /// <summary>Names of the templates that begin so, in alphabetical order.</summary>
    internal static IEnumerable<string> Names(string beginning) =>
        typeof(ConfigurationTemplate).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(beginning, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The text of a template, with its placeholders.</summary>
    internal static string Read(string name)
    {
        using var stream = typeof(ConfigurationTemplate).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"no template {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Puts values in the place of their names, in one pass: a value that looks like a placeholder stays as it is.</summary>
    internal static string Fill(string text, IReadOnlyDictionary<string, string> values) =>
        Placeholder().Replace(text, m => values.TryGetValue(m.Groups["name"].Value, out var value) ? value : throw new InvalidOperationException($"no value for {m.Value}"));

    [GeneratedRegex("@(?<name>[A-Z]+)@")]
    private static partial Regex Placeholder();
}
