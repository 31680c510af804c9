using System.Text;

namespace Vmm.Core.MailServers;

/// <summary>A value in the syntax of each file that can hold a password.</summary>
internal static class ConfigurationQuoting
{
    /// <summary>Whether Postfix reads it back from a line "name = value", which it trims and does not unquote.</summary>
    internal static bool FitsPostfixLine(string text) => text.Length == text.Trim().Length;

    /// <summary>A part of a libpq connection URI. Postfix splits its list of hosts at blanks and commas, which are none then.</summary>
    internal static string Uri(string text) => System.Uri.EscapeDataString(text);

    /// <summary>
    /// A value of a libpq connection string in a file of Dovecot 2.3. Dovecot ends a line at a # outside of quotes, splits the string at blanks and
    /// takes words such as host= for itself: every sign, and every letter behind a blank, has a backslash, which libpq takes away again.
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
    internal static string DovecotParameter(string text) => IsPlain(text) ? text : $"\"{text
        .Replace("%{", "%%{", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':');
}
