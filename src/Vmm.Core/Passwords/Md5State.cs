using System.Buffers.Binary;
using System.Numerics;

namespace Vmm.Core.Passwords;

/// <summary>
/// The inner state of MD5 (RFC 1321) after one block. CRAM-MD5 hashes consist of it: with it HMAC-MD5 (RFC 2104) can be finished
/// for any challenge without the password. No library exposes this state.
/// </summary>
internal static class Md5State
{
    private const int BlockBytes = 64;
    private const int InnerPad = 0x36;
    private const int OuterPad = 0x5c;

    private static readonly int[] Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
    private static readonly uint[] Sines =
        [.. Enumerable.Range(1, BlockBytes).Select(i => (uint)(long)(Math.Abs(Math.Sin(i)) * 4294967296.0))];

    /// <summary>The states after the outer and the inner key block, 32 bytes, in the order in which Dovecot stores them.</summary>
    internal static byte[] Hmac(byte[] password)
    {
        var key = new byte[BlockBytes];
        var start = password.Length > BlockBytes ? System.Security.Cryptography.MD5.HashData(password) : password;
        start.CopyTo(key, 0);
        return
        [
            .. AfterBlock(key.Select(b => (byte)(b ^ OuterPad)).ToArray()),
            .. AfterBlock(key.Select(b => (byte)(b ^ InnerPad)).ToArray()),
        ];
    }

    private static byte[] AfterBlock(ReadOnlySpan<byte> block)
    {
        Span<uint> initial = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        var (a, b, c, d) = (initial[0], initial[1], initial[2], initial[3]);
        for (var i = 0; i < BlockBytes; i++)
        {
            var (mix, word) = (i / 16) switch
            {
                0 => ((b & c) | (~b & d), i),
                1 => ((d & b) | (~d & c), (5 * i) + 1),
                2 => (b ^ c ^ d, (3 * i) + 5),
                _ => (c ^ (b | ~d), 7 * i),
            };
            var sum = a + mix + Sines[i] + BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * (word % 16))..]);
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Shifts[(4 * (i / 16)) + (i % 4)]));
        }

        var state = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(state, initial[0] + a);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(4), initial[1] + b);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(8), initial[2] + c);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(12), initial[3] + d);
        return state;
    }
}
