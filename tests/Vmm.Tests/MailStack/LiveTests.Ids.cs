namespace Vmm.Tests.MailStack;

/// <content>Ids that Dovecot refuses.</content>
public partial class LiveTests
{
    [Fact]
    public async Task accounts_below_the_first_valid_uid_are_a_finding()
    {
        await Server.DoAsync("domainadd low.example");
        await WithUidAsync("user@low.example", 20000, async () =>
        {
            var check = await Server.VmmAsync(null, "check");
            check.ShouldExit(4);
            Assert.Contains(
                "error\tdovecot-setting\tfirst_valid_uid\tit is 70000, but accounts begin at 20000: Dovecot refuses those below\t",
                check.Out,
                StringComparison.Ordinal);
            Assert.Contains("\tvirtual_minimum_uid\t", check.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("dovecot-unreadable", check.Out, StringComparison.Ordinal);

            // The words are Dovecot 2.4's: 2.3 fails without any.
            var trace = await Server.VmmAsync(null, "trace", "user@low.example", "--live");
            trace.ShouldExit(67);
            Assert.Matches(
                "^vmm: error: '/[^']*doveadm' failed with exit status 75"
                    + "(: userdb lookup: Mail access for users with UID 20000 not permitted .*)?\n"
                    + "vmm: hint: Dovecot refuses 'user@low.example', because its uid 20000 is below Dovecot's first_valid_uid, "
                    + "70000: run 'vmm check'.\n$",
                trace.Error);
            await IsDeferredAsync("user@low.example", "its uid 20000 is below Dovecot's first_valid_uid, 70000");
        });
        // Dovecot's log has named it.
        Server.TestBegins();
    }

    [Fact]
    public async Task one_account_with_a_uid_that_is_too_high_for_dovecot_hides_no_other_answer()
    {
        await Server.DoAsync("domainadd 0-high.example");
        await WithUidAsync("user@0-high.example", 4294967294, async () =>
        {
            var check = await Server.VmmAsync(null, "check");
            check.ShouldExit(4);
            Assert.Contains("error\tunusable-id\tuser@0-high.example\tits uid 4294967294 ", check.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("dovecot-unreadable", check.Out, StringComparison.Ordinal);
            var trace = await Server.VmmAsync(null, "trace", "user@0-high.example", "--live");
            trace.ShouldExit(67);
            Assert.Matches("^vmm: error: '/[^']*doveadm' failed with exit status 75: .*Auth USER lookup failed", trace.Error);
            Assert.EndsWith(
                "\nvmm: hint: Dovecot refuses 'user@0-high.example', because its uid 4294967294 is above 2147483647, the highest "
                    + "that Dovecot accepts: run 'vmm check'.\n",
                trace.Error,
                StringComparison.Ordinal);
            await IsDeferredAsync(
                "user@0-high.example", "its uid 4294967294 is above 2147483647, the highest that Dovecot accepts");
        });
        // Dovecot's log has named it.
        Server.TestBegins();
    }

    /// <summary>Adds an account that has this uid for as long as the test looks.</summary>
    private async Task WithUidAsync(string address, long wanted, Func<Task> look)
    {
        await Server.AddAccountAsync(address);
        var uid = (await Server.QueryAsync(MailServer.UidOf(address)))[0];
        try
        {
            await Server.SqlAsync($"UPDATE users SET uid = {wanted} WHERE uid = {uid}");
            await look();
        }
        finally
        {
            await Server.SqlAsync($"UPDATE users SET uid = {uid} WHERE uid = {wanted}");
            (await Server.DoveadmAsync("auth", "cache", "flush", address)).Succeeded();
        }
    }

    /// <summary>The trace says so without asking Dovecot about the account, and a message waits.</summary>
    private async Task IsDeferredAsync(string address, string because)
    {
        var trace = (await Server.VmmAsync(null, "trace", address)).Succeeded();
        Assert.Contains($"it is deferred, because {because}\n", trace, StringComparison.Ordinal);
        await Mail.SendAsync(Server, address);
        Assert.True(
            await MailServer.EventuallyAsync(
                () => Server.News(Server.PostfixLog).Contains($"to=<{address}>, ", StringComparison.Ordinal)
                    && Server.News(Server.PostfixLog).Contains("status=deferred", StringComparison.Ordinal),
                60),
            Server.News(Server.PostfixLog));
        await Server.EmptyQueueAsync();
    }
}
