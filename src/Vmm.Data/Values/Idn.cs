using System.Runtime.InteropServices;

namespace Vmm.Data.Values;

/// <summary>
/// Internationalized domain names by libidn2: UTS 46 non-transitional, IDNA 2008. The BCL's IdnMapping is not used: without ICU it
/// maps neither case nor composed characters. The library is loaded only for names that are not plain ASCII.
/// </summary>
internal static partial class Idn
{
    private const int NfcInput = 1;
    private const int NonTransitional = 8;
    private const int UseStd3AsciiRules = 128;

    /// <summary>A-labels of a name, or null when IDNA 2008 refuses it. The result still needs the LDH check.</summary>
    internal static string? ToAscii(string name) =>
        name.Contains('\0', StringComparison.Ordinal) ? null
        : Take(idn2_lookup_u8(name, out var result, NfcInput | NonTransitional | UseStd3AsciiRules), result);

    /// <summary>U-labels of a name in A-labels, or null when one of them is malformed.</summary>
    internal static string? ToUnicode(string ascii) => Take(idn2_to_unicode_8z8z(ascii, out var result, 0), result);

    private static string? Take(int status, nint result)
    {
        try
        {
            return status == 0 ? Marshal.PtrToStringUTF8(result) : null;
        }
        finally
        {
            if (result != 0)
            {
                idn2_free(result);
            }
        }
    }

    [LibraryImport("libidn2.so.0", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int idn2_lookup_u8(string source, out nint result, int flags);

    [LibraryImport("libidn2.so.0", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int idn2_to_unicode_8z8z(string source, out nint result, int flags);

    [LibraryImport("libidn2.so.0")]
    private static partial void idn2_free(nint pointer);
}
