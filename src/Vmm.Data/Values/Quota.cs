using System.Globalization;

namespace Vmm.Data.Values;

/// <summary>A limit of mail storage. In both parts 0 means unlimited.</summary>
/// <param name="Bytes">Bytes, 0 to 2^63-1.</param>
/// <param name="Messages">Number of messages, 0 to 2^31-1.</param>
public readonly record struct Quota(long Bytes, int Messages)
{
    /// <summary>The word for no limit.</summary>
    public const string Unlimited = "unlimited";

    /// <summary>What a size looks like, for messages.</summary>
    public const string Forms = "500M, 1.5G or 1T";

    private const long Unit = 1024;
    private static readonly string[] Units = ["", " KiB", " MiB", " GiB", " TiB", " PiB"];

    /// <summary>
    /// Reads a size: a number of bytes, or one with the suffix b, k, M, G or T (any case, powers of 1024; also MB and MiB), or
    /// "unlimited". vmm 0.7 has no fractions and no T.
    /// </summary>
    /// <returns>Bytes, or null for a malformed or too large size.</returns>
    public static long? ParseSize(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Equals(Unlimited, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var digits = trimmed.TrimEnd([.. trimmed.Where(char.IsAsciiLetter)]);
        if (Power(trimmed[digits.Length..].ToLowerInvariant()) is not { } power
            || !decimal.TryParse(digits.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var factor = 1L << (10 * power);
        var isBytes = power > 0 || !digits.Contains('.', StringComparison.Ordinal);
        if (!isBytes || number > (decimal)long.MaxValue / factor)
        {
            return null;
        }

        // Less than a byte is not 0, which is no limit.
        var bytes = (long)(number * factor);
        return bytes == 0 && number > 0 ? null : bytes;
    }

    /// <summary>The power of 1024 that a suffix stands for.</summary>
    private static int? Power(string suffix) => suffix switch
    {
        "" or "b" => 0,
        ['k' or 'm' or 'g' or 't', .. "" or "b" or "ib"] => "bkmgt".IndexOf(suffix[0], StringComparison.Ordinal),
        _ => null,
    };

    /// <summary>
    /// How much of it is used, in whole percent: of bytes or messages, whichever is more; null if both are unlimited. The database
    /// computes the same (QuotaSql.UsedPercent).
    /// </summary>
    public long? UsedPercent(long bytes, long messages) =>
        Bytes <= 0 && Messages <= 0 ? null : Math.Max(Percent(bytes, Bytes), Percent(messages, Messages));

    // The product, and with a limit of a byte the result too, may be more than 64 bits hold.
    private static long Percent(long used, long limit) =>
        limit <= 0 || used < 0 ? 0 : (long)Int128.Min((Int128)used * 100 / limit, long.MaxValue);

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
