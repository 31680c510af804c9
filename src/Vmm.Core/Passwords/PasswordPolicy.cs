using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Core.Passwords;

/// <summary>Which passwords are accepted. Blanks are part of a password; vmm 0.7 removed them silently.</summary>
public static class PasswordPolicy
{
    /// <summary>Accepts or refuses a password for a scheme.</summary>
    /// <exception cref="VmmException">67 control characters, not UTF-8, or too long for the scheme, 69 empty.</exception>
    public static void Require(string password, PasswordScheme scheme)
    {
        if (password.Length == 0)
        {
            throw new VmmException(ErrorCode.MissingPassword, "empty passwords are not permitted");
        }

        if (password.Any(char.IsControl))
        {
            throw new VmmException(ErrorCode.VmmError, "the password has control characters", "No client could type them.");
        }

        // Bytes that are not UTF-8 have become this character; storing it would make a password that nobody knows.
        if (password.Contains('\ufffd', StringComparison.Ordinal))
        {
            throw new VmmException(ErrorCode.VmmError, "the password is not valid UTF-8");
        }

        if (Encoding.UTF8.GetByteCount(password) > scheme.MaxBytes)
        {
            throw new VmmException(
                ErrorCode.VmmError,
                $"the password is longer than the {scheme.MaxBytes} bytes that {scheme} uses",
                "Choose a different scheme or a shorter password.");
        }
    }
}
