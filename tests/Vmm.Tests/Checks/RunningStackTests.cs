namespace Vmm.Tests.Checks;

/// <summary>Each fault that is planted in a running mail server is found, and nothing else is; what is named mends it.</summary>
public abstract class RunningStackTests(RunningStack stack)
{
    /// <summary>Makes Postfix's daemons read everything anew, at once.</summary>
    private const string Reload = "postfix reload";

    /// <summary>What is planted, by a shell command, and what is found; the remedy is a command.</summary>
    public static TheoryData<string, string, string> PostfixFaults => new()
    {
        { $"postconf -e transport_maps= && {Reload}", "error postfix-parameter transport_maps", "it is empty, and ought to be 'proxy:pgsql:/etc/postfix/pgsql-transport.cf'" },
        { $"postconf -X virtual_alias_domains && {Reload}", "warning postfix-parameter virtual_alias_domains", "it is '$virtual_alias_maps', and ought to be empty" },
        { $"postconf -e 'smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination' && {Reload}", "warning postfix-parameter smtpd_relay_restrictions", "ought to be 'permit_mynetworks, reject_unauth_destination'" },
        { $"postconf -e lmtp_destination_recipient_limit=50 && {Reload}", "error postfix-parameter lmtp_destination_recipient_limit", "it is '50', and ought to be '1'" },
        { $"postconf -e smtpd_sasl_type=cyrus && {Reload}", "error postfix-parameter smtpd_sasl_type", "it is 'cyrus', and ought to be 'dovecot'" },
        { $"postconf -MX submission/inet && {Reload}", "error postfix-service submission/inet", "master.cf does not have this service" },
        { $"postconf -PX submission/inet/smtpd_sender_restrictions && {Reload}", "error postfix-service submission/inet/smtpd_sender_restrictions", "ought to be 'reject_sender_login_mismatch'" },
        { "chmod 0644 /etc/postfix/pgsql-relocated_maps.cf", "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf", "it has 0:" },
        { "chmod 0600 /etc/postfix/pgsql-relocated_maps.cf", "warning postfix-map-file /etc/postfix/pgsql-relocated_maps.cf", "0600, and ought to have root:postfix, 0640" },
        { $"rm /etc/postfix/pgsql-relocated_maps.cf && {Reload}", "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf", "this file is not there" },
        { "echo '# mine' >> /etc/postfix/pgsql-transport.cf", "warning postfix-map-file /etc/postfix/pgsql-transport.cf", "its text is not what 'vmm mailconfig' writes" },
        { $"sed -i \"s/^query.*/query = SELECT 'smtp:[x.example]'/\" /etc/postfix/pgsql-transport.cf && {Reload}", "error postfix-map-answer transport_maps", "it answers 'smtp:[x.example]', and the database " },
        { $"sed -i 's/^query.*/query = SELECT nothing/' /etc/postfix/pgsql-virtual_uid_maps.cf && {Reload}", "error postfix-map-unanswered virtual_uid_maps", "the map 'pgsql:/etc/postfix/pgsql-virtual_uid_maps.cf' cannot be asked" },
        { "postfix stop", "error postfix-stopped postfix", "Postfix does not run" },
    };

    [Fact]
    public async Task nothing_is_found_on_a_healthy_server()
    {
        Assert.Empty(await stack.CheckAsync());
        Assert.Empty(await stack.CheckAsync("--only example.net"));
        Assert.Empty(await stack.CheckAsync("--repair"));
    }

    [Theory]
    [MemberData(nameof(PostfixFaults))]
    public Task a_fault_of_postfix_is_found_alone_and_its_remedy_mends_it(string fault, string finding, string text) => IsFoundAsync(fault, finding, text);

    private async Task IsFoundAsync(string fault, string finding, string text)
    {
        await stack.System.DoAsync(Quiet(fault));
        var found = await stack.CheckAsync();
        Assert.True(found.Count == 1, string.Join('\n', found));
        Assert.Equal(finding, found[0].Finding);
        Assert.Contains(text, found[0].Text, StringComparison.Ordinal);
        await stack.System.DoAsync(Quiet(found[0].Remedy));
        Assert.Empty(await stack.CheckAsync());
    }

    // What goes into the background must not hold our pipes.
    private string Quiet(string command) => $"( {command} ) > {stack.Place}/log/said 2>&1 < /dev/null || {{ cat {stack.Place}/log/said >&2; exit 1; }}";
}

/// <summary>Postfix 3.7 and Dovecot 2.3, or what else this system has.</summary>
public class RunningStackOnThisSystemTests(RunningStack stack) : RunningStackTests(stack), IClassFixture<RunningStack>;

/// <summary>Postfix 3.10 and Dovecot 2.4.</summary>
[Trait(MailStack.OnDebian13.Trait, MailStack.OnDebian13.Value)]
public class RunningStackOnDebian13Tests(RunningStackOnDebian13 stack) : RunningStackTests(stack), IClassFixture<RunningStackOnDebian13>;
