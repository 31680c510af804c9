using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>Errors of the commands that rename.</summary>
public static class RenameErrors
{
    /// <summary>44, for an address or a domain.</summary>
    public static VmmException SameName(string name) =>
        Errors.InvalidArgument($"'{name}' is the name that it has already", "Give a different new name.");

    /// <summary>The same error for an address that is something else: its hint names the command that renames that.</summary>
    public static VmmException Instead(VmmException missing, EmailAddress address, AddressKind? kind) => kind switch
    {
        AddressKind.Account => new(missing.Code, missing.Message, $"It is an account: 'vmm userrename {address} NEW' renames it."),
        AddressKind.Alias => new(missing.Code, missing.Message, $"It is an alias: 'vmm aliasrename {address} NEW' renames it."),
        AddressKind.Relocated => new(
            missing.Code,
            missing.Message,
            $"It is a relocated user: 'vmm relocatedinfo {address}' shows where it has moved to."),
        _ => missing,
    };

    /// <summary>67.</summary>
    public static VmmException PasswordNamesAccount(EmailAddress address, string scheme) => new(
        ErrorCode.VmmError,
        $"the password of '{address}' would not work under another address: a hash of the scheme {scheme} contains the address",
        "Give the account a new password with it: --random, --password-stdin, --password-file or --hash.");

    /// <summary>67.</summary>
    public static VmmException PasswordsNameAccounts(
        DomainName domain, IReadOnlyCollection<string> localParts, string scheme) => new(
        ErrorCode.VmmError,
        $"{Errors.Count(localParts.Count, "password")} of '{domain}' would not work under another name of the domain, because a"
        + $" hash of the scheme {scheme} contains the address:"
        + $" {string.Join(' ', localParts.Take(5).Select(l => $"{l}@{domain}"))}{(localParts.Count > 5 ? " ..." : "")}",
        "'vmm userpassword ADDRESS --scheme SHA512-CRYPT' stores a password with a scheme that survives; rename the domain then.");

    /// <summary>59, where a relocated user would have moved to itself.</summary>
    public static VmmException RelocatedToItself(string address) => new(
        ErrorCode.RelocatedIdentical,
        $"the relocated user '{address}' would have moved to its own address",
        "'vmm relocateddelete' deletes it under its present address first.");

    /// <summary>81.</summary>
    public static VmmException OtherFileSystem(string home, string target) => new(
        ErrorCode.FileSystem,
        $"the home '{home}' is on another file system than '{target}', and mail is moved by one rename only",
        "Nothing was changed. Add an account with the new address, and let 'doveadm sync' copy the mail; or mount one file system"
        + " for both directories.");

    /// <summary>49.</summary>
    public static VmmException ForeignHome(string home, string owner, string account) => new(
        ErrorCode.MaildirPermission,
        $"the home '{home}' belongs to {owner}, not to {account}",
        "Nothing was changed. Look who changed it; 'vmm check' says more.");

    /// <summary>81.</summary>
    public static VmmException NoHome(string home) => new(
        ErrorCode.FileSystem,
        $"the home '{home}' does not exist, so it cannot be moved to the other domain",
        "Nothing was changed. Is its disk mounted? Otherwise 'vmm check' tells how to make the directory.");
}
