namespace Vmm.Tests.MailStack;

/// <summary>A mail server with other rules as long as this lives: then main.cf and Dovecot's delimiter are as they were.</summary>
internal sealed class ChangedMailServer : IAsyncDisposable
{
    private readonly MailServer server;
    private readonly string main;
    private readonly string before;

    private ChangedMailServer(MailServer server)
    {
        this.server = server;
        main = server.MapDirectory + "/main.cf";
        before = File.ReadAllText(main);
    }

    public static async Task<ChangedMailServer> CreateAsync(MailServer server, MailRules rules, string delimiters, string place)
    {
        for (var i = 0; i < 4; i++)
        {
            await server.DoAsync($"domainadd {MailRules.Domain(place, i)}");
        }

        await server.DoAsync($"aliasdomainadd {MailRules.Domain(place, 4)} {MailRules.Domain(place, 0)}");
        // The LDA for one of them.
        await server.DoAsync($"domaintransport {MailRules.Domain(place, MailRules.ByLda)} dovecot:");
        await server.SqlAsync(rules.Sql(place));
        // The rows come by SQL, and Dovecot cannot make a home.
        var homes = await server.QueryAsync(
            "SELECT format('install -d -m 0700 -o %s -g %s %s/%s', uid, gid, domaindir, uid) FROM users"
                + " JOIN domain_data USING (gid) JOIN domain_name USING (gid)"
                + $" WHERE domainname LIKE '%.{place}.example' AND is_primary");
        (await server.ProgramAsync("/bin/sh", ["-ec", string.Join('\n', homes)])).Succeeded();

        foreach (var address in rules.FullAccounts(place))
        {
            string[] save = ["-c", server.DovecotConfig, "save", "-u", address];
            (await server.ProgramAsync("doveadm", save, "Subject: full\n\nfull\n")).Succeeded();
            await server.SqlAsync(MailRules.FillSql(address));
        }

        var changed = new ChangedMailServer(server);
        string[] show = ["-c", server.MapDirectory, "-h", "virtual_alias_maps"];
        var aliasMaps = (await server.ProgramAsync("postconf", show)).Succeeded();
        string[] settings =
        [
            $"recipient_delimiter={delimiters}",
            $"propagate_unmatched_extensions={rules.Propagated}",
            $"allow_min_user={(rules.Hyphens ? "yes" : "no")}",
            $"allow_untrusted_routing={(rules.Routes ? "yes" : "no")}",
            $"canonical_maps={MailRules.CanonicalMaps(place, rules.Canonical)}",
            $"recipient_canonical_maps={MailRules.CanonicalMaps(place, rules.Recipients)}",
            .. rules.DomainLists(place, aliasMaps.Trim()),
            "local_recipient_maps=unix:passwd.byname",
            // Hundreds of messages are begun and none is sent: Postfix would wait a second with each.
            "in_flow_delay=0s",
            "smtpd_hard_error_limit=100000",
            "smtpd_soft_error_limit=100000",
        ];
        (await server.ProgramAsync("postconf", ["-c", server.MapDirectory, "-e", .. settings])).Succeeded();
        await changed.TakesEffectAsync(delimiters);
        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(main, before);
        await TakesEffectAsync("+");
    }

    private async Task TakesEffectAsync(string delimiters)
    {
        await server.ProgramAsync(
            "/bin/sh",
            ["-c", $"grep -rl '^ *recipient_delimiter =' {server.Place}/dovecot | "
                + $"xargs sed -i 's/^\\( *recipient_delimiter =\\).*/\\1 {delimiters}/'"]);
        var old = await DaemonsAsync();
        (await server.ProgramAsync("postfix", ["-c", server.MapDirectory, "reload"])).Succeeded();
        (await server.DoveadmAsync("reload")).Succeeded();
        // Each daemon ends when it has done what it is doing, and the next one has the new rules.
        Assert.True(
            await MailServer.EventuallyAsync(() => old.All(p => !Directory.Exists("/proc/" + p)), 60),
            "a daemon with the old rules does not end");
    }

    private async Task<string[]> DaemonsAsync()
    {
        // master(8) holds a lock on it, which File.ReadAllText would wait for in vain.
        var master = (await Run.ProgramAsync("cat", [server.Place + "/postfix/queue/pid/master.pid"])).Succeeded().Trim();
        const string Names = "smtpd|cleanup|trivial-rewrite|proxymap|error|local|lmtp|pipe|virtual|discard|smtp";
        var found = await Run.ProgramAsync("pgrep", ["-P", master, "-x", Names]);
        return found.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
