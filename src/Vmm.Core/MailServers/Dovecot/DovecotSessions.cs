using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// Notifies Dovecot of changed accounts. Otherwise its authentication cache would accept an old password, refuse a new account, or
/// hold to an old limit, until the entry is too old (auth_cache_ttl, auth_cache_negative_ttl), and a session that is open goes on
/// for days. After the commit; what fails is a warning, and where Dovecot does not run there is nothing to forget.
/// </summary>
internal static class DovecotSessions
{
    private const int Seconds = 10;

    /// <summary>Exit status of <c>doveadm kick</c> when no user of that name is logged in (EX_NOHOST).</summary>
    private const int NobodyThere = 68;

    /// <summary>
    /// Accounts that are new, or whose sessions may go on, by all addresses
    /// under which they log in; all that Dovecot keeps with none given.
    /// </summary>
    internal static void Forget(Session s, params string[] addresses) => s.AfterCommit(() => Run(s, addresses, [], []));

    /// <summary>Accounts that were changed or deleted, by all addresses under which they log in.</summary>
    internal static void Changed(Session s, IReadOnlyList<string> addresses) =>
        s.AfterCommit(() => Run(s, addresses, addresses, []));

    /// <summary>All accounts of a domain, by its names. The cache knows no patterns, so all of it is flushed.</summary>
    internal static void DomainChanged(Session s, IEnumerable<string> names) =>
        s.AfterCommit(() => Run(s, [], [], [.. names]));

    private static void Run(
        Session s, IReadOnlyList<string> flushed, IReadOnlyList<string> addresses, IReadOnlyList<string> domains)
    {
        var wanted = s.Settings.Value(SettingOptions.DovecotAfterChange);
        if (wanted != "nothing" && File.Exists(s.Settings.Value(SettingOptions.BinDoveadm)) && IsFlushed(s, flushed)
            && wanted == "kick")
        {
            Kick(s, addresses, "");
            Kick(s, domains, "*@");
        }
    }

    /// <param name="s">The session.</param>
    /// <param name="names">Addresses or domains.</param>
    /// <param name="pattern">What stands before each of them for doveadm.</param>
    private static void Kick(Session s, IReadOnlyList<string> names, string pattern)
    {
        foreach (var name in names)
        {
            // doveadm has no way to escape these characters, and would end the sessions of others.
            if (name.AsSpan().ContainsAny('*', '?'))
            {
                s.Warn($"sessions of '{name}' are not ended: doveadm would take its address for a pattern");
            }
            else
            {
                IsTold(s, ["kick", "--", pattern + name]);
            }
        }
    }

    /// <summary>Flushes the cache at Dovecot's socket, else by doveadm, which can also say why it fails.</summary>
    private static bool IsFlushed(Session s, IReadOnlyList<string> users)
    {
        string[] arguments = ["auth", "cache", "flush", "--", .. users];
        if (Socket(s.Settings) is not { Length: > 0 } socket || !AuthMaster.TryFlush(socket, users))
        {
            return IsTold(s, arguments);
        }

        s.Ran(Typed(arguments));
        return true;
    }

    /// <summary>
    /// The socket of the Dovecot to which doveadm belongs. If bin.doveadm is set, it may be a script for a different Dovecot than
    /// the
    /// system's; then the socket is used only if it is set too.
    /// </summary>
    private static string? Socket(Settings settings) =>
        settings.IsDefault(SettingOptions.DovecotAuthSocket) && !settings.IsDefault(SettingOptions.BinDoveadm)
            ? null
            : settings.Value(SettingOptions.DovecotAuthSocket);

    private static string Typed(IEnumerable<string> arguments) => $"doveadm {string.Join(' ', arguments.Where(a => a != "--"))}";

    /// <returns>False when Dovecot could not be notified, or does not run.</returns>
    private static bool IsTold(Session s, string[] arguments)
    {
        var command = Typed(arguments);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds));
            var answer = ChildProgram.Ask(s.Settings.Value(SettingOptions.BinDoveadm), arguments, "", limit.Token);
            var error = answer.Errors.ReplaceLineEndings(" ");
            // 'auth cache flush' prints an error and yet exits with 0.
            var told = answer.Status == NobodyThere || (answer.Status == 0 && error.Length == 0);
            if (told)
            {
                s.Ran(command);
            }
            else if (!IsDown(error))
            {
                s.Warn($"'{command}' failed with exit status {answer.Status}: {error}");
            }

            return told;
        }
        catch (OperationCanceledException)
        {
            s.Warn($"'{command}' did not end within {Seconds} seconds");
        }
        catch (VmmException e)
        {
            s.Warn(e.Message);
        }

        return false;
    }

    /// <summary>Whether an error of doveadm means that no process listens at Dovecot's socket.</summary>
    internal static bool IsDown(string error) =>
        error.Contains("connect", StringComparison.Ordinal)
        && (error.Contains("No such file or directory", StringComparison.Ordinal)
            || error.Contains("Connection refused", StringComparison.Ordinal));
}
