namespace Vmm.Tests.Passwords;

/// <summary>The judge: what Dovecot itself says of a hash.</summary>
internal static class Doveadm
{
    public const string User = "user@example.com";

    /// <summary>Schemes of Dovecot that vmm deliberately does not have.</summary>
    public static readonly Dictionary<string, string> NotOurs = new()
    {
        ["DES-CRYPT"] = "looks at 8 characters and 12 bits of salt; {CRYPT} keeps such a hash where one must be taken over",
        ["OTP"] = "a chain of one-time passwords, which each log-in moves on; not a password that an administrator sets",
    };

    public static async Task<bool> AcceptsAsync(string stored, string password) =>
        (await Run.ProgramAsync("doveadm", ["-O", "pw", "-u", User, "-t", stored, "-p", password])).ExitCode == 0;

    public static async Task<string> MakeAsync(string scheme, string password) =>
        (await Run.ProgramAsync("doveadm", ["-O", "pw", "-u", User, "-s", scheme, "-p", password])).Succeeded().TrimEnd('\n');

    public static async Task<IReadOnlyList<string>> SchemesAsync() =>
        (await Run.ProgramAsync("doveadm", ["-O", "pw", "-l"]))
            .Succeeded()
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A hash as vmm makes it, with costs that suit a test.</summary>
    public static string Hash(string scheme, string password) =>
        PasswordHasher.Hash(PasswordScheme.Parse(scheme), password, EmailAddress.Parse(User), new HashCost(4, 1000, 1000)).Stored;
}
