using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;

namespace Vmm.Core.Unix;

/// <summary>
/// Converts names of files, which are bytes; the owner of a home may choose any. In text, a byte
/// that is not UTF-8 becomes the lone surrogate U+DC00 plus the byte, which no UTF-8 text
/// contains. So every name that was read can be passed back to the system exactly.
/// </summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(FileName))]
internal static unsafe class FileName
{
    private const int Escaped = 0xdc00;

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        var name = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                name.Append(rune.ToString());
            }
            else
            {
                length = 1;
                name.Append((char)(Escaped + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return name.ToString();
    }

    internal static byte[] Encode(string name)
    {
        if (Ascii.IsValid(name))
        {
            return Encoding.ASCII.GetBytes(name);
        }

        var bytes = new List<byte>(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (IsEscaped(name, i))
            {
                bytes.Add((byte)name[i]);
                continue;
            }

            var length = char.IsSurrogatePair(name, i) ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(name, i, length));
            i += length - 1;
        }

        return [.. bytes];
    }

    /// <summary>For messages and lists: on one line, with unprintable bytes as \xNN.</summary>
    internal static string Show(string path) =>
        string.Concat(path.Select((c, i) => IsEscaped(path, i) || Hides(c) ? Hex(Encode(c.ToString())) : c.ToString()));

    /// <summary>For a command line: one word of bash, with any content.</summary>
    internal static string Quote(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+@%=:,".Contains(c, StringComparison.Ordinal)) ? path
        : path.All(c => c is >= ' ' and <= '~') ? $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'"
        : $"$'{string.Concat(Encode(path).Select(Escape))}'";

    private static string Escape(byte b) => b is (byte)'\\' or (byte)'\'' ? $"\\{(char)b}"
        : b is >= 0x20 and <= 0x7e ? $"{(char)b}"
        : Hex([b]);

    /// <summary>For the generated calls: bytes that end with NUL.</summary>
    public static byte* ConvertToUnmanaged(string name)
    {
        var bytes = Encode(name);
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        memory[bytes.Length] = 0;
        return memory;
    }

    /// <summary>Frees the memory.</summary>
    public static void Free(byte* name) => NativeMemory.Free(name);

    private static bool IsEscaped(string name, int i) =>
        name[i] is >= (char)(Escaped + 0x80) and <= (char)(Escaped + 0xff) && (i == 0 || !char.IsSurrogatePair(name, i - 1));

    /// <summary>Control characters, and marks that reverse the direction of text.</summary>
    private static bool Hides(char c) => char.IsControl(c) || (c > '~' && char.GetUnicodeCategory(c) == UnicodeCategory.Format);

    private static string Hex(byte[] bytes) => string.Concat(bytes.Select(b => $"\\x{b:x2}"));
}
