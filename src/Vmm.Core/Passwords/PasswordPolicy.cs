using System.Text;

namespace Vmm;

/// <summary>Which passwords are taken. Blanks are part of a password; vmm 0.7 cut them off silently.</summary>
public static class PasswordPolicy
{
    /// <summary>Accepts or refuses a password for a scheme.</summary>
    /// <exception cref="VmmException">67 control characters or too long for the scheme, 69 empty.</exception>
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

        if (Encoding.UTF8.GetByteCount(password) > scheme.MaxBytes)
        {
            throw new VmmException(
                ErrorCode.VmmError, $"the password is longer than the {scheme.MaxBytes} octets that {scheme} looks at", "Choose another scheme or a shorter password.");
        }
    }
}
