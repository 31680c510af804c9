namespace Vmm.Tests.MailStack;

/// <summary>
/// What vmm says of itself in a running stack: that the servers answer as it does, that nothing is wrong, and which map cannot be
/// asked.
/// </summary>
[Collection(AsShipped.Name)]
public partial class LiveTests(ShippedMailServer server) : MailStackTests(server)
{
    [Fact]
    public async Task a_trace_says_that_postfix_and_dovecot_agree()
    {
        await FillAsync("agree.example");
        foreach (
            var address in (string[])
                [
                    "user@agree.example",
                    "User+list@also.agree.example",
                    "all@agree.example",
                    "moved@agree.example",
                    "whoever@agree.example",
                    "nobody@foreign.example",
                ]
        )
        {
            var said = (await Server.VmmAsync(null, "trace", address, "--live")).Succeeded();
            Assert.Matches("\t[1-9][0-9]* questions, no difference\n", said);
            var sender = (await Server.VmmAsync(null, "trace", address, "--sender", address, "--live")).Succeeded();
            Assert.Matches("\t[1-9][0-9]* questions, no difference\n", sender);
        }
    }

    /// <summary>Names that mean several users to doveadm; Dovecot itself takes them as they are.</summary>
    [Theory]
    [InlineData("one*@pattern.example")]
    [InlineData("on?@pattern.example")]
    public async Task an_address_that_doveadm_takes_for_a_pattern_is_not_asked_for(string address)
    {
        await Server.VmmAsync(null, "domainadd", "pattern.example");
        await Server.AddAccountAsync(address);
        var trace = await Server.VmmAsync(null, "trace", address, "--live");
        trace.ShouldExit(0);
        Assert.Contains(
            $"vmm: warning: '{address}' was not looked up, because doveadm would take it for a pattern\n",
            trace.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_check_of_a_healthy_domain_finds_nothing()
    {
        await FillAsync("healthy.example");
        await Server.ArrivedAsync("user@healthy.example", await Mail.SendAsync(Server, "all@also.healthy.example"));
        var said = await Server.VmmAsync(null, "check", "--only", "healthy.example");
        Assert.True(said.ExitCode == 0, $"{said}");
    }

    [Fact]
    public async Task mail_to_an_account_with_a_delimiter_goes_where_the_trace_says()
    {
        await Server.DoAsync("domainadd cut.example");
        await Server.AddAccountAsync("user@cut.example");
        await Server.AddAccountAsync("user+tag@cut.example");
        await Server.ArrivedAsync("user@cut.example", await Mail.SendAsync(Server, "user+tag@cut.example"));
        var trace = (await Server.VmmAsync(null, "trace", "user+tag@cut.example", "--live")).Succeeded();
        Assert.Contains("Dovecot cuts off +tag and delivers to user@cut.example\n", trace, StringComparison.Ordinal);
        var check = await Server.VmmAsync(null, "check", "--only", "cut.example");
        Assert.StartsWith("error\taccount-with-delimiter\tuser+tag@cut.example\t", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_trace_shows_what_waits_in_the_queue_and_what_the_log_says()
    {
        await Server.DoAsync("domainadd queue.example");
        await Server.AddAccountAsync("wait@queue.example", "lmtp:unix:private/nobody-listens");
        await Server.AddAccountAsync("not-wait@queue.example");
        await Server.DoAsync("aliasadd all@queue.example wait@queue.example not-wait@queue.example");
        var quiet = (await Server.VmmAsync(null, "trace", "wait@queue.example", "--queue")).Succeeded();
        Assert.Contains("Queue\n-----\n\tno message waits\n", quiet, StringComparison.Ordinal);
        Assert.Contains($"Log\n---\n\tno line about it in {Server.PostfixLog}\n", quiet, StringComparison.Ordinal);
        try
        {
            await Server.ArrivedAsync("not-wait@queue.example", await Mail.SendAsync(Server, "all@queue.example"));
            var isDeferred = false;
            for (var i = 0; i < 100 && !isDeferred; i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                isDeferred = Server.News(Server.PostfixLog).Contains("status=deferred", StringComparison.Ordinal);
            }

            foreach (var address in (string[])["wait@queue.example", "WAIT@queue.example", "all@queue.example"])
            {
                var said = (await Server.VmmAsync(null, "trace", address, "--queue")).Succeeded();
                Assert.Contains("\t1 message in the queue\n", said, StringComparison.Ordinal);
                Assert.Matches("\t     \\* [0-9A-F]+ deferred since [0-9-]+ [0-9:]+Z, from sender@example.org\n", said);
                Assert.Matches("\t       to wait@queue.example: connect to .*nobody-listens.*: No such file or directory\n", said);
                Assert.Matches("\n\t.* to=<wait@queue.example>,.* status=deferred ", said);
            }

            var other = (await Server.VmmAsync(null, "trace", "not-wait@queue.example", "--queue", "--json")).Succeeded();
            var queue = System.Text.Json.JsonDocument.Parse(other).RootElement.GetProperty("queue");
            Assert.Equal(0, queue.GetProperty("count").GetInt32());
            Assert.Contains("status=sent", queue.GetProperty("lines").ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("status=deferred", queue.GetProperty("lines").ToString(), StringComparison.Ordinal);
        }
        finally
        {
            await Server.EmptyQueueAsync();
        }
    }

    [Fact]
    public async Task a_map_that_cannot_be_asked_is_named()
    {
        await FillAsync("broken.example");
        var map = Server.MapDirectory + "/pgsql-virtual_alias_maps.cf";
        var text = await File.ReadAllTextAsync(map, TestContext.Current.CancellationToken);
        try
        {
            // Another password, in either syntax.
            await WriteAsync(
                map,
                text.Replace("password = ", "password = wrong", StringComparison.Ordinal)
                    .Replace("postfix:", "postfix:wrong", StringComparison.Ordinal)
            );
            var said = await Server.VmmAsync(null, "trace", "user@broken.example", "--live");
            said.ShouldExit(67);
            Assert.StartsWith($"vmm: error: the map 'proxy:pgsql:{map}' does not answer: ", said.Error, StringComparison.Ordinal);
            Assert.Contains("\nvmm: hint: ", said.Error, StringComparison.Ordinal);
        }
        finally
        {
            await WriteAsync(map, text);
        }

        Assert.Contains("password authentication failed", Server.News(Server.PostfixLog), StringComparison.Ordinal);
        // All complaints up to here were wanted.
        Server.TestBegins();
        (await Server.VmmAsync(null, "trace", "user@broken.example", "--live")).Succeeded();
        await Server.ArrivedAsync("user@broken.example", await Mail.SendAsync(Server, "user@broken.example"));
    }

    /// <summary>
    /// Postfix until 3.7 asks in LATIN1, and after an error it leaves the server alone for a minute: everybody's mail would wait.
    /// </summary>
    [Fact]
    public async Task a_transport_beyond_latin1_stops_nobodys_mail()
    {
        await FillAsync("narrow.example");
        await FillAsync("wide.example");
        // As an older vmm stored them.
        foreach (var (table, transport, of) in ((string, string, string)[])
            [
                ("domain_data", "smtp:[mail.łódź.example]", "gid = (SELECT gid FROM users WHERE uid = ({0}))"),
                ("users", "error:5.2.1 Konto geschlossen – bitte anrufen", "uid = ({0})"),
            ])
        {
            var which = string.Format(null, of, MailServer.UidOf("rest@wide.example"));
            await Server.SqlAsync(
                $"INSERT INTO transport (transport) VALUES ('{transport}') ON CONFLICT DO NOTHING; UPDATE {table}"
                    + $" SET tid = (SELECT tid FROM transport WHERE transport = '{transport}') WHERE {which}");
        }

        try
        {
            foreach (var address in (string[])["user@wide.example", "rest@wide.example", "nobody@also.wide.example"])
            {
                Assert.DoesNotMatch("^4", await Mail.AnswerToAsync(Server, address));
                Assert.StartsWith("250 ", await Mail.AnswerToAsync(Server, "user@narrow.example"), StringComparison.Ordinal);
            }

            var check = await Server.VmmAsync(null, "check");
            Assert.Contains("error\ttransport-characters\twide.example\t", check.Out, StringComparison.Ordinal);
            Assert.Contains("error\ttransport-characters\trest@wide.example\t", check.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("postfix-map-unanswered", check.Out, StringComparison.Ordinal);
            (await Server.VmmAsync(null, "trace", "user@wide.example", "--live")).Succeeded();
            Assert.StartsWith("250 ", await Mail.AnswerToAsync(Server, "user@narrow.example"), StringComparison.Ordinal);
        }
        finally
        {
            await Server.DoAsync("domaindelete wide.example --force");
        }
    }

    [Fact]
    public async Task a_question_of_vmm_that_fails_stops_no_mail()
    {
        const string Map = "EXECUTE ON FUNCTION postfix_transport_map(varchar, varchar)";
        await FillAsync("asked.example");
        // One process of proxymap: a question that went to it would be the one that Postfix's own answers wait for.
        (await Server.ProgramAsync("postfix", ["-c", Server.MapDirectory, "reload"])).Succeeded();
        Assert.StartsWith("250 ", await Mail.AnswerToAsync(Server, "user@asked.example"), StringComparison.Ordinal);
        // The owner of the tables may still call it.
        await Server.SqlAsync($"REVOKE {Map} FROM PUBLIC");
        try
        {
            var trace = await Server.VmmAsync(null, "trace", "user@asked.example", "--live");
            trace.ShouldExit(67);
            Assert.Contains("pgsql-transport.cf' does not answer: ", trace.Error, StringComparison.Ordinal);
            Assert.Contains(
                "\tpostfix-map-unanswered\ttransport_maps\t",
                (await Server.VmmAsync(null, "check")).Out,
                StringComparison.Ordinal);
        }
        finally
        {
            await Server.SqlAsync($"GRANT {Map} TO PUBLIC");
        }

        // The complaints were vmm's own questions. Postfix has not asked meanwhile, and goes on without a reload.
        Server.TestBegins();
        Assert.StartsWith("250 ", await Mail.AnswerToAsync(Server, "user@asked.example"), StringComparison.Ordinal);
        await Server.ArrivedAsync("user@asked.example", await Mail.SendAsync(Server, "user@asked.example"));
    }

    private async Task FillAsync(string domain)
    {
        await Server.DoAsync($"domainadd {domain}");
        await Server.DoAsync($"aliasdomainadd also.{domain} {domain}");
        await Server.AddAccountAsync($"user@{domain}");
        await Server.AddAccountAsync($"rest@{domain}", "dovecot:");
        await Server.DoAsync($"aliasadd all@{domain} user@{domain} rest@{domain} friend@example.org");
        await Server.DoAsync($"relocatedadd moved@{domain} new@example.org");
        await Server.DoAsync($"catchalladd {domain} rest@{domain}");
    }

    /// <summary>Whoever asks by proxymap asks a process that has read the file when it began.</summary>
    private async Task WriteAsync(string map, string text)
    {
        await File.WriteAllTextAsync(map, text, TestContext.Current.CancellationToken);
        (await Server.ProgramAsync("postfix", ["-c", Server.MapDirectory, "reload"])).Succeeded();
    }
}
