using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>
/// Reads one line that is a password: bytes up to the line end, with all its spaces, since they may be part of it.
/// </summary>
internal static class PasswordLine
{
    /// <summary>More is a mistake (the wrong file, /dev/zero), not a password.</summary>
    private const int MaxBytes = 4096;

    /// <summary>Reads up to LF, CRLF or the end, and not a byte further.</summary>
    /// <param name="input">Gives the next byte, or -1 at the end.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <returns>Null when there was nothing at all.</returns>
    /// <exception cref="VmmException">67 not UTF-8, or too long; 69 when it cannot be read.</exception>
    internal static string? Read(Func<int> input, string name, string what = "password")
    {
        var bytes = new List<byte>();
        var next = ReadByte(input, name, what);
        if (next < 0)
        {
            return null;
        }

        for (; next is >= 0 and not '\n'; next = ReadByte(input, name, what))
        {
            if (bytes.Count == MaxBytes)
            {
                throw new VmmException(ErrorCode.VmmError, $"the {what} from {name} is longer than {MaxBytes} bytes");
            }

            bytes.Add((byte)next);
        }

        if (next == '\n' && bytes is [.., (byte)'\r'])
        {
            bytes.RemoveAt(bytes.Count - 1);
        }

        return Decode([.. bytes], name, what);
    }

    /// <summary>Editors of other systems put a byte order mark before the first line, which nobody types.</summary>
    private static string Decode(byte[] bytes, string name, string what)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException e)
        {
            throw new VmmException(ErrorCode.VmmError, $"the {what} from {name} is not valid UTF-8", null, e);
        }
    }

    private static int ReadByte(Func<int> input, string name, string what)
    {
        try
        {
            return input();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = (e.InnerException ?? e).Message.TrimEnd('.').ToLowerInvariant();
            throw new VmmException(ErrorCode.MissingPassword, $"cannot read the {what} from {name}: {reason}", null, e);
        }
    }
}
