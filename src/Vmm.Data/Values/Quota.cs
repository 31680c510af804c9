using System.Globalization;

namespace Vmm.Data.Values;

/// <summary>A limit of mail storage. In both parts 0 means unlimited.</summary>
/// <param name="Bytes">Bytes, 0 to 2^63-1.</param>
/// <param name="Messages">Number of messages, 0 to 2^31-1.</param>
public readonly record struct Quota(long Bytes, int Messages)
{
    private const long Unit = 1024;
    private static readonly string[] Units = ["", " KiB", " MiB", " GiB", " TiB", " PiB"];

    /// <summary>Reads a size as vmm 0.7 does: digits with an optional suffix b, k, M or G (any case, powers of 1024).</summary>
    /// <returns>Bytes, or null for a malformed or too large size.</returns>
    public static long? ParseSize(string text)
    {
        var trimmed = text.Trim();
        var power = trimmed.Length == 0 ? 0 : "bkmg".IndexOf(char.ToLowerInvariant(trimmed[^1]), StringComparison.Ordinal);
        var digits = power < 0 || trimmed.Length == 0 ? trimmed : trimmed[..^1].TrimEnd();
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var factor = 1L << (10 * Math.Max(power, 0));
        return number > long.MaxValue / factor ? null : number * factor;
    }

    /// <summary>A size as vmm 0.7 prints it: below 1024 the bare number, else two decimals and a binary unit.</summary>
    public static string FormatSize(long bytes)
    {
        if (bytes is > -Unit and < Unit)
        {
            return bytes.ToString(CultureInfo.InvariantCulture);
        }

        var size = (double)bytes;
        var unit = 0;
        while (Math.Abs(size) >= Unit && unit < Units.Length - 1)
        {
            size /= Unit;
            unit++;
        }

        return size.ToString("0.00", CultureInfo.InvariantCulture) + Units[unit];
    }
}
