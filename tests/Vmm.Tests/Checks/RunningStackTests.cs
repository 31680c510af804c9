namespace Vmm.Tests.Checks;

/// <summary>Each fault that is planted in a running mail server is found, and nothing else is; what is named mends it.</summary>
[Slow]
public abstract partial class RunningStackTests(RunningMailServer stack)
{
    /// <summary>The file with Dovecot's queries.</summary>
    private protected abstract string Queries { get; }

    /// <summary>
    /// Faults that are written otherwise for each version: what is planted, what is found, and what takes it back; null where the
    /// remedy is a command.
    /// </summary>
    private protected abstract IEnumerable<(string Fault, string Finding, string Text, string? Undo)> OwnFaults { get; }

    [Fact]
    public async Task nothing_is_found_on_a_healthy_server()
    {
        Assert.Empty(await stack.CheckAsync());
        Assert.Empty(await stack.CheckAsync("--only example.net"));
        var repair = await stack.System.RunAsync("vmm check --repair");
        Assert.Equal(new Outcome(0, "", ""), repair);
    }

    [Theory]
    [MemberData(nameof(PostfixFaults))]
    public Task a_fault_of_postfix_is_found_alone_and_its_remedy_mends_it(string fault, string finding, string text) =>
        IsFoundAsync(fault, finding, text, null);

    [Fact]
    public async Task each_fault_of_dovecot_is_found_alone_and_mended()
    {
        await stack.System.DoAsync("cp -p /etc/postfix/pgsql-transport.cf /etc/postfix/kept");
        foreach (var (fault, finding, text, undo) in DovecotFaults)
        {
            await IsFoundAsync(fault, finding, text, undo);
        }
    }

    [Theory]
    [MemberData(nameof(DatabaseFaults))]
    public async Task a_fault_in_the_database_is_found_alone(string fault, string undo, string finding)
    {
        await stack.Server.SqlAsync(fault);
        var found = (await stack.CheckAsync()).ToList();
        await stack.Server.SqlAsync(undo);
        Assert.Equal([finding], found.Select(f => f.Finding));
        Assert.Empty(await stack.CheckAsync());
    }

    [Fact]
    public async Task what_the_answers_of_one_domain_are_is_told_with_only()
    {
        await stack.System.DoAsync(
            "cp -p /etc/postfix/pgsql-relocated_maps.cf /etc/postfix/kept && sed -i \"s/^query.*/query = SELECT 'x@y.example' "
                + "WHERE '%d' = 'example.com'/\" /etc/postfix/pgsql-relocated_maps.cf && postfix reload 2> /dev/null"
        );
        Assert.Equal(
            ["error postfix-map-answer relocated_maps"],
            (await stack.CheckAsync("--only example.com")).Select(f => f.Finding)
        );
        Assert.Empty(await stack.CheckAsync("--only example.net"));
        await stack.System.DoAsync("mv /etc/postfix/kept /etc/postfix/pgsql-relocated_maps.cf && postfix reload 2> /dev/null");
    }

    [Fact]
    public async Task a_domain_that_postfix_has_in_another_list_is_found()
    {
        await stack.System.DoAsync(
            "cp -p /etc/postfix/main.cf /etc/postfix/kept && postconf -e 'mydestination = localhost, example.org' "
                + "'relay_domains = example.net' && postfix reload 2> /dev/null"
        );
        Assert.Equal(
            ["error postfix-domain-class example.net", "error postfix-domain-class example.org"],
            (await stack.CheckAsync()).Select(f => f.Finding)
        );
        Assert.Equal(
            ["error postfix-domain-class example.org"],
            (await stack.CheckAsync("--only example.com")).Select(f => f.Finding)
        );
        var trace = await stack.System.RunAsync("vmm trace user@example.org --live");
        trace.ShouldExit(4);
        Assert.Contains("\tPostfix rejects mail to it: 550 5.1.1 User unknown in local", trace.Out, StringComparison.Ordinal);
        Assert.Contains("* mydestination example.org\n", trace.Out, StringComparison.Ordinal);
        await stack.System.DoAsync("mv /etc/postfix/kept /etc/postfix/main.cf && postfix reload 2> /dev/null");
        Assert.Empty(await stack.CheckAsync());
    }

    [Fact]
    public async Task a_repair_leaves_nothing_and_a_second_one_changes_nothing()
    {
        await stack.System.DoAsync(
            "cd /srv/mail/*/70000 && chmod 0755 . && chown 12345:12345 70000 && mkdir -m 0700 ../.vmm-new-70009-abc "
                + "../.vmm-del-70008-abc"
        );
        Assert.Equal(
            ["removal-directory", "staging-directory", "wrong-mode", "wrong-owner"],
            (await stack.CheckAsync()).Select(f => f.Finding.Split(' ')[1]).Order(StringComparer.Ordinal)
        );
        (await stack.System.RunAsync("vmm check --repair")).ShouldExit(0);
        var after = await stack.System.SnapshotAsync();
        Assert.Equal(new Outcome(0, "", ""), await stack.System.RunAsync("vmm check --repair"));
        Assert.Equal(after, await stack.System.SnapshotAsync());
    }

    [Fact]
    public async Task what_nobody_can_repair_without_a_question_is_left()
    {
        var home = (await stack.System.DoAsync("echo /srv/mail/*/70000/70001")).Trim();
        var domain = Path.GetDirectoryName(home);
        await stack.System.DoAsync(
            $"mkdir {domain}/99999 && mv {home}/Maildir {home}/kept && mv {domain}/70000 {domain}/kept"
                // Nothing is there: after a failure here, another test may change the owner of what it finds under this name.
                + $" && ln -s /nonexistent {domain}/70000"
        );
        List<string> expected =
        [
            $"error missing-directory {home}/Maildir",
            $"error unsafe-path {domain}/70000",
            $"warning orphan-directory {domain}/99999",
            $"warning orphan-directory {domain}/kept",
        ];
        Assert.Equal(expected, (await stack.CheckAsync()).Select(f => f.Finding).Order(StringComparer.Ordinal));
        Assert.Equal(expected, (await stack.CheckAsync("--repair")).Select(f => f.Finding).Order(StringComparer.Ordinal));
        await stack.System.DoAsync(
            $"rmdir {domain}/99999 && mv {home}/kept {home}/Maildir && rm {domain}/70000 && mv {domain}/kept {domain}/70000"
        );
        Assert.Empty(await stack.CheckAsync());
    }

    private protected async Task IsFoundAsync(string fault, string finding, string text, string? undo)
    {
        await stack.System.DoAsync(Quiet(fault));
        var found = await stack.CheckAsync();
        Assert.True(found.Count == 1, $"{fault}\n{string.Join('\n', found)}");
        Assert.Equal(finding, found[0].Finding);
        Assert.Contains(text, found[0].Text, StringComparison.Ordinal);
        await stack.System.DoAsync(Quiet(undo ?? found[0].Remedy));
        var left = await stack.CheckAsync();
        Assert.True(left.Count == 0, $"after {fault} and {undo ?? found[0].Remedy}:\n{string.Join('\n', left)}");
    }

    /// <summary>An account's password in another scheme: what is found, and that nobody else is named.</summary>
    private protected async Task IsSchemeFoundAsync(string hash, string? finding, string text)
    {
        await stack.Server.SqlAsync($"UPDATE users SET passwd = '{hash}' WHERE local_part = 'other'");
        var found = await stack.CheckAsync();
        await stack.Server.SqlAsync("UPDATE users SET passwd = '{PLAIN}secret' WHERE local_part = 'other'");
        Assert.Equal(finding is null ? [] : [finding], found.Select(f => f.Finding));
        Assert.All(found, f => Assert.Contains(text, f.Text, StringComparison.Ordinal));
    }

    /// <summary>As of a disk that fails. What is in the directory may well be there, and is not called missing.</summary>
    private protected async Task IsUnreadableFoundAsync()
    {
        var domain = (await stack.System.DoAsync("echo /srv/mail/*/70000")).Trim();
        var check = await stack.System.RunAsync(
            $"strace -f -qq -o /dev/null -e trace=getdents64 -e inject=getdents64:error=EIO -P {domain} vmm check"
        );
        check.ShouldExit(4);
        Assert.StartsWith(
            $"error\tunreadable-directory\t{domain}\tcannot read the directory",
            Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
        Assert.Empty(await stack.CheckAsync());
    }

    // What goes into the background must not hold our pipes.
    private string Quiet(string command) =>
        $"( {command} ) > {stack.Place}/log/said 2>&1 < /dev/null || {{ cat {stack.Place}/log/said >&2; exit 1; }}";
}
