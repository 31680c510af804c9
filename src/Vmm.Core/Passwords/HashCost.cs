using Vmm.Data.Values;

namespace Vmm.Core.Passwords;

/// <summary>How much work a hash takes.</summary>
/// <param name="BlowfishRounds">Rounds of BLF-CRYPT, as a power of two, 4 to 31.</param>
/// <param name="Sha256Rounds">
/// Rounds of SHA256-CRYPT, 1000 to 999999999; the hash does not contain crypt(5)'s default of 5000.
/// </param>
/// <param name="Sha512Rounds">Rounds of SHA512-CRYPT, likewise.</param>
public sealed record HashCost(int BlowfishRounds, int Sha256Rounds, int Sha512Rounds);

/// <summary>What a scheme hashes.</summary>
/// <param name="Password">UTF-8.</param>
/// <param name="Address">DIGEST-MD5 hashes it too.</param>
/// <param name="Cost">For the schemes that have one.</param>
internal sealed record HashInput(byte[] Password, EmailAddress Address, HashCost Cost);

/// <summary>How the bytes of a hash are written.</summary>
internal enum HashEncoding
{
    /// <summary>They are text already.</summary>
    None,

    /// <summary>Lower-case hexadecimal.</summary>
    Hex,

    /// <summary>Base64 with padding.</summary>
    Base64,
}
