namespace Vmm.Tests.Predecessor;

/// <summary>
/// What both programs are told to do, from empty databases on: each subcommand of 0.7 by its long and its short name, with each of
/// its options, with what it
/// refuses. <c>{address}</c> stands for the uid of an account.
/// </summary>
internal static class Scenario
{
    /// <summary>Of the first part: few enough to be reached.</summary>
    public const int ExpansionLimit = 5;

    public static IEnumerable<string> First => Read("scenario.txt");

    public static IEnumerable<string> Second => Read("scenario-with-other-defaults.txt");

    /// <summary>The configuration of the second part, in 0.7's words.</summary>
    public static Dictionary<string, string> OtherDefaults => new()
    {
        ["account.delete_directory"] = "true",
        ["account.disk_usage"] = "true",
        ["account.password_length"] = "20",
        ["account.random_password"] = "true",
        ["domain.auto_postmaster"] = "true",
        ["domain.delete_directory"] = "true",
        ["domain.force_deletion"] = "true",
        ["domain.imap"] = "false",
        ["domain.sieve"] = "false",
        ["domain.quota_bytes"] = "1G",
        ["domain.quota_messages"] = "1000",
        ["domain.transport"] = "dovecot:",
        ["mailbox.folders"] = "Entwürfe:A.B:R&D: Spaced ::Sent",
        ["mailbox.root"] = "Mail",
        ["misc.password_scheme"] = "SSHA256.HEX",
    };

    private static IEnumerable<string> Read(string name) =>
        CommandLine.Lines(File.ReadAllText(Repository.PathOf("tests", "Vmm.Tests", "Predecessor", name)));
}
