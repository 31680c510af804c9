using System.Text;

namespace Vmm.Core.OldConfiguration;

/// <summary>Interpolation in vmm 0.3 to 0.5: <c>%(name)s</c> in a value is replaced by another option of the section.</summary>
internal static class Interpolation
{
    private const int MaxDepth = 10;

    /// <summary>The value of an option as those releases use it.</summary>
    /// <returns>The value, or the reason why there is none.</returns>
    internal static (string? Value, string? Reason) Expand(IniFile file, string section, string raw)
    {
        var value = raw;
        for (var depth = 0; depth < MaxDepth && value.Contains("%(", StringComparison.Ordinal); depth++)
        {
            var (next, reason) = Once(file, section, value);
            if (next is null)
            {
                return (null, reason);
            }

            value = next;
        }

        return value.Contains("%(", StringComparison.Ordinal)
            ? (null, "its %(name)s lead to more than ten others")
            : (value, null);
    }

    /// <summary>Python's string formatting: in a value with a reference, every other percent sign must be doubled.</summary>
    private static (string? Value, string? Reason) Once(IniFile file, string section, string value)
    {
        var result = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                result.Append(value[i]);
                continue;
            }

            if (i + 1 < value.Length && value[i + 1] == '%')
            {
                result.Append('%');
                i++;
                continue;
            }

            var close = i + 1 < value.Length && value[i + 1] == '(' ? value.IndexOf(")s", i, StringComparison.Ordinal) : -1;
            var name = close < 0 ? "" : value[(i + 2)..close];
            if (close < 0 || name.Contains(')', StringComparison.Ordinal))
            {
                return (null, "a percent sign in it is neither part of %(name)s nor doubled");
            }

            if (Find(file, section, name.ToLowerInvariant()) is not { } other)
            {
                return (null, $"it refers to '{name}', which section {section} does not have");
            }

            result.Append(other);
            i = close + 1;
        }

        return (result.ToString(), null);
    }

    private static string? Find(IniFile file, string section, string name) =>
        name == "__name__" ? section : file.Find(section, name)?.Raw;
}
