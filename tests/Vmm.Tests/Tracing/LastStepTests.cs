using static Vmm.Tests.Tracing.TraceWorld;

namespace Vmm.Tests.Tracing;

/// <summary>What Dovecot does with mail that Postfix hands over, and loops that grow.</summary>
public class LastStepTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("a+x@example.com", null, "a@example.com", "a@example.com")]
    [InlineData("a+x@example.com", "a+y@example.com", "a@example.com", "a@example.com")]
    [InlineData("b+x@example.com", null, "a@example.com", "b@example.com", "a@example.com")]
    public async Task a_loop_over_an_extension_is_named_and_shown_once(string destination, string? other, params string[] loop)
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "a", [destination, .. other is null ? [] : (string[])[other]]);
        await AliasAsync(world, "b", "a@example.com");
        var trace = await TraceAsync(world, "a@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Equal(loop, trace.Loop);
        Assert.InRange(trace.Steps.Count, 2, 5);
    }

    [Theory]
    [InlineData("user+tag@example.com")]
    [InlineData("user+tag@example.net")]
    [InlineData("to-it@example.com")]
    public async Task dovecot_cuts_off_the_extension_of_an_account_and_delivers_to_another(string address)
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.AddAccountAsync("user+tag@example.com");
        await AliasAsync(world, "to-it", "user+tag@example.com");
        var trace = await TraceAsync(world, address);
        Assert.Equal("accepted", trace.Outcome);
        Assert.StartsWith("user@", Assert.Single(trace.Deliveries).Account!.Address, StringComparison.Ordinal);
        Assert.Contains(
            trace.Steps[^1].Rules,
            r => r is { Rule: "dovecot", Won: true }
                && r.Text.StartsWith("Dovecot cuts off +tag and delivers to user@", StringComparison.Ordinal)
        );
        // Postfix's virtual(8) looks for the whole address.
        await world.DoAsync("usertransport user+tag@example.com virtual:");
        var whole = Assert.Single((await TraceAsync(world, address)).Deliveries).Account!;
        Assert.StartsWith("user+tag@", whole.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_account_with_a_delimiter_bounces_where_no_shorter_one_exists()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.AddAccountAsync("plus+tag@example.com");
        var trace = await TraceAsync(world, "plus+tag@example.com");
        Assert.Equal(
            ("accepted", "it bounces: 550 5.1.1 User doesn't exist: plus@example.com, because Dovecot cuts off +tag"),
            (trace.Outcome, Assert.Single(trace.Deliveries).Text)
        );
    }

    [Theory]
    [InlineData("20k", 20480, 1, "full")]
    [InlineData("20k", 99999, 1, "full")]
    [InlineData("20k", 20479, 1, "mailbox")]
    [InlineData("20m -m 3", 10, 3, "full")]
    [InlineData("20m -m 3", 10, 2, "mailbox")]
    [InlineData("0", 99999, 9, "mailbox")]
    public async Task a_full_mailbox_takes_nothing(string quota, long bytes, int messages, string outcome)
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.DoAsync($"userquota user@example.com {quota}");
        await AliasAsync(world, "info", "user@example.com");
        await world.SqlAsync(
            $"INSERT INTO userquota (uid, bytes, messages) SELECT uid, {bytes}, {messages} FROM users "
                + "ON CONFLICT (uid) DO UPDATE SET bytes = excluded.bytes, messages = excluded.messages"
        );
        foreach (var address in (string[])["user@example.com", "user+x@example.net", "info@example.com"])
        {
            var delivery = Assert.Single((await TraceAsync(world, address)).Deliveries);
            Assert.Equal(outcome, delivery.Outcome);
            Assert.StartsWith(
                outcome == "full" ? "it bounces: 552 5.2.2 Quota exceeded, because the mailbox " : "it goes to the mailbox ",
                delivery.Text,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task a_mailbox_without_services_gets_mail_that_nobody_can_read()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        var text = Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries).Text;
        Assert.DoesNotContain("log in", text, StringComparison.Ordinal);
        await world.SqlAsync(
            "INSERT INTO service_set (smtp, pop3, imap, sieve) VALUES (false, false, false, false) ON CONFLICT DO NOTHING; "
                + "UPDATE users SET ssid = (SELECT ssid FROM service_set WHERE NOT (smtp OR pop3 OR imap OR sieve))"
        );
        text = Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries).Text;
        Assert.EndsWith("; all services are off, so its user cannot log in to read it", text, StringComparison.Ordinal);
    }

    /// <summary>The base directory, a letter below it and what is above, for both transports that deliver as the account.</summary>
    [Theory]
    [InlineData("", "0750", null)]
    [InlineData("", "0700", "virtual:")]
    [InlineData("/*", "0700", null)]
    [InlineData("/..", "0700", null)]
    public async Task mail_waits_where_accounts_cannot_enter_a_directory(string place, string mode, string? transport)
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        if (transport is not null)
        {
            await world.DoAsync($"usertransport user@example.com {transport}");
        }

        Assert.Equal("mailbox", Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries).Outcome);
        (await Run.ShellAsync($"chmod {mode} {world.Base}{place}")).Succeeded();
        var delivery = Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries);
        Assert.Equal("deferred", delivery.Outcome);
        Assert.StartsWith("it is deferred, because only root can enter /", delivery.Text, StringComparison.Ordinal);
        await world.DoAsync("usertransport user@example.com smtp:[127.0.0.1]:9");
        Assert.Equal("elsewhere", Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries).Outcome);
    }

    /// <summary>Dovecot may give accounts that group.</summary>
    [Fact]
    public async Task a_directory_for_a_group_is_told_beside_the_mailbox()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        (await Run.ShellAsync($"chgrp mail {world.Base} && chmod 0710 {world.Base}")).Succeeded();
        var delivery = Assert.Single((await TraceAsync(world, "user@example.com")).Deliveries);
        Assert.Equal("mailbox", delivery.Outcome);
        Assert.Contains($"; only root and its group can enter {world.Base}, so", delivery.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("virtual:", "mailbox", "it goes to the mailbox ")]
    [InlineData("discard:", "discarded", "Postfix discards it")]
    [InlineData("smtp:[192.0.2.1]:26", "elsewhere", "it leaves this server by smtp:[192.0.2.1]:26")]
    [InlineData("local:", "elsewhere", "Postfix delivers it as local mail")]
    public async Task mail_goes_where_the_transport_leads(string transport, string outcome, string text)
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "info", "user@example.com");
        await AliasAsync(world, "dead", "nobody@example.com");
        (await world.VmmAsync("usertransport", "user@example.com", transport)).Succeeded();
        foreach (var address in (string[])["user@example.com", "user@example.net", "info@example.com"])
        {
            var delivery = Assert.Single((await TraceAsync(world, address)).Deliveries);
            Assert.Equal(outcome, delivery.Outcome);
            Assert.StartsWith(text, delivery.Text, StringComparison.Ordinal);
        }

        // What is accepted for an alias is sent without a look at the mailboxes, where that of a domain leads elsewhere.
        Assert.Equal("unknown", Assert.Single((await TraceAsync(world, "dead@example.com")).Deliveries).Outcome);
        (await world.VmmAsync("domaintransport", "example.com", transport)).Succeeded();
        Assert.Equal(
            outcome == "mailbox" ? "unknown" : outcome,
            Assert.Single((await TraceAsync(world, "dead@example.com")).Deliveries).Outcome);
        Assert.Equal("refused", (await TraceAsync(world, "nobody@example.com")).Outcome);
    }

    /// <summary>Also where there is no such mailbox. Mail that was accepted for an alias waits.</summary>
    [Fact]
    public async Task mail_with_the_transport_retry_is_deferred_at_rcpt()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "info", "user@example.com");
        await AliasAsync(world, "dead", "nobody@example.com");
        (await world.VmmAsync("domaintransport", "example.com", "retry:4.2.0 later")).Succeeded();
        foreach (var address in (string[])["user@example.com", "user@example.net", "user+list@example.com", "nobody@example.com"])
        {
            var trace = await TraceAsync(world, address);
            Assert.Equal(("deferred", "Postfix defers mail to it: 450 4.2.0 later"), (trace.Outcome, trace.Text));
        }

        foreach (var alias in (string[])["info@example.com", "dead@example.com"])
        {
            var delivery = Assert.Single((await TraceAsync(world, alias)).Deliveries);
            Assert.Equal(
                ("bounced", "it waits in the queue and bounces after some days: 4.2.0 later"), (delivery.Outcome, delivery.Text));
        }
    }

    [Fact]
    public async Task mail_with_the_transport_error_gets_its_answer()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "info", "user@example.com");
        (await world.VmmAsync("usertransport", "user@example.com", "error:5.2.1 mailbox closed")).Succeeded();
        var trace = await TraceAsync(world, "user@example.com");
        Assert.Equal(
            ("refused", "Postfix rejects mail to it: 550 5.2.1 mailbox closed"), (trace.Outcome, trace.Text));
        trace = await TraceAsync(world, "info@example.com");
        Assert.Equal(
            ("accepted", "bounced", "it bounces: 5.2.1 mailbox closed"),
            (trace.Outcome, Assert.Single(trace.Deliveries).Outcome, trace.Deliveries[0].Text));
    }
}
