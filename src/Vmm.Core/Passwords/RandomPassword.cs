using System.Security.Cryptography;

namespace Vmm.Core.Passwords;

/// <summary>
/// Generates passwords from the system's random numbers: the characters are independent, without those that look alike (0 O 1 l I).
/// </summary>
public static class RandomPassword
{
    private const string Characters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789._-+#*";

    /// <summary>Generates a password with about 6 bits of randomness per character.</summary>
    /// <param name="length">8 or more characters.</param>
    public static string Create(int length) => RandomNumberGenerator.GetString(Characters, Math.Max(8, length));
}
