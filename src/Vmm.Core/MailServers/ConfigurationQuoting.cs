using System.Text;

namespace Vmm.Core.MailServers;

/// <summary>Quotes a value in the syntax of each file that can contain a password.</summary>
internal static class ConfigurationQuoting
{
    /// <summary>Whether Postfix reads a value unchanged from a line "name = value", which it trims and does not unquote.</summary>
    internal static bool FitsPostfixLine(string text) => text.Length == text.Trim().Length;

    /// <summary>
    /// A part of a libpq connection URI. It has no blanks and commas, at which Postfix would split its list of hosts.
    /// </summary>
    internal static string Uri(string text) => System.Uri.EscapeDataString(text);

    /// <summary>
    /// A value of a libpq connection string in a file of Dovecot 2.3. Dovecot ends a line at a # outside of quotes, splits the
    /// string at blanks, and interprets words such as host= itself. So every symbol, and every letter after a blank, gets a
    /// backslash, which libpq removes again.
    /// </summary>
    internal static string ConnectionValue(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var quoted = new StringBuilder("'");
        for (var i = 0; i < text.Length; i++)
        {
            var isSign = char.IsAscii(text[i]) && !char.IsAsciiLetterOrDigit(text[i]);
            quoted.Append(isSign || (i > 0 && text[i - 1] == ' ') ? "\\" : "").Append(text[i]);
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>A value of Dovecot 2.4, which expands %{...} in it.</summary>
    internal static string DovecotParameter(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var escaped = text
            .Replace("%{", "%%{", StringComparison.Ordinal)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':');
}
