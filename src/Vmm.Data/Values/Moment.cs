using System.Globalization;
using System.Text.RegularExpressions;
using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>A point in time as people type it.</summary>
public static partial class Moment
{
    /// <summary>
    /// Reads a date (its first second), a date with a time, both in local time unless they end with Z or an offset (ISO 8601), or
    /// how long ago it was: a number with s, m, h, d or w.
    /// </summary>
    /// <param name="text">What was typed.</param>
    /// <param name="now">The present, UTC.</param>
    /// <returns>In UTC.</returns>
    /// <exception cref="VmmException">2 it is none of these.</exception>
    public static DateTime Parse(string text, DateTime now)
    {
        if (Duration(text) is { } span && span < now - DateTime.UnixEpoch)
        {
            return now - span;
        }

        return Date(text) ?? throw new VmmException(
            ErrorCode.Usage,
            $"'{text}' is not a point in time",
            "It is a date or a time such as '2026-01-31' or '2026-01-31 18:00', or how long ago: '30m', '12h', '7d', '4w'.");
    }

    /// <summary>A number with s, m, h, d or w; null for anything else.</summary>
    internal static TimeSpan? Duration(string text) =>
        Span().Match(text.Trim()) is { Success: true } span
        && int.TryParse(span.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number)
            ? Unit(span.Groups[2].Value) * number
            : null;

    /// <summary>A date with or without a time, in UTC; null for anything else.</summary>
    internal static DateTime? Date(string text) =>
        DateTime.TryParseExact(text.Trim(), Formats, CultureInfo.InvariantCulture, Styles, out var moment) ? moment : null;

    private const DateTimeStyles Styles = DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] Formats =
        [.. from day in (string[])["yyyy-MM-dd"]
            from time in (string[])["", " HH:mm", "THH:mm", " HH:mm:ss", "THH:mm:ss"]
            from zone in time.Length == 0 ? (string[])[""] : ["", "K"]
            select day + time + zone];

    private static TimeSpan Unit(string letter) => letter switch
    {
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(7),
    };

    [GeneratedRegex("^([0-9]{1,6}) ?([smhdw])$")]
    private static partial Regex Span();
}
