namespace Vmm.Tests.Upgrade;

/// <summary>Functions whose answers change on purpose: that is said, and everything else about them is compared.</summary>
public sealed class OldFunctionTests(PostgresCluster server)
{
    /// <summary>What 0.6.0 shipped for Dovecot before 1.2, and 0.6.1 put right.</summary>
    private const string Faulty = """
        CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar) RETURNS SETOF dovecotpassword
          LANGUAGE plpgsql STABLE STRICT AS $$
        BEGIN
            RETURN QUERY SELECT (localpart || '@' || the_domain)::varchar(320), u.passwd, s.smtp, s.pop3, s.imap, s.managesieve
              FROM users u JOIN domain_name n USING (gid) JOIN service_set s ON s.ssid = u.ssid
             WHERE u.local_part = localpart AND n.domainname = the_domain;
        END $$;
        """;

    [Fact]
    public async Task the_form_of_the_mail_directory_that_dovecotuser_gives_since_0_6_is_something_to_do()
    {
        using var world = World.On(server, await Origin.Of("0.5 with functions").MakeAsync(server));
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var said = await world.DoAsync(command);
            Assert.Contains("To do: Dovecot: the function dovecotuser", said, StringComparison.Ordinal);
            Assert.Contains("SELECT home, uid, gid, mail FROM dovecotuser('%n', '%d')", said, StringComparison.Ordinal);
            Assert.Contains("To do: Dovecot: the function dovecotpassword", said, StringComparison.Ordinal);
            Assert.DoesNotContain("all as before", said, StringComparison.Ordinal);
            Assert.Contains(" answers, as before except for what is to do\n", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task a_database_of_0_5_without_these_functions_has_nothing_to_do_about_them()
    {
        using var world = World.On(server, await Origin.Of("0.5").MakeAsync(server));
        var said = await world.DoAsync("upgrade --yes --no-dump");
        Assert.DoesNotContain("the function", said, StringComparison.Ordinal);
        Assert.Contains("all as before", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dovecotuser", "u.home, u.mail", "'/elsewhere'::text, u.mail", "alice@example.com (dovecotuser)")]
    [InlineData(
        "postfix_virtual_mailbox_map",
        "m.maildir FROM",
        "'/elsewhere/'::text FROM",
        "alice@example.com (postfix_virtual_mailbox_map)"
    )]
    [InlineData("postfix_virtual_alias_map", "a.destination::text", "'x'::text", "info@example.com (postfix_virtual_alias_map)")]
    [InlineData("postfix_transport_map", "t.transport::text", "'x:'::text", "alice@example.com (postfix_transport_map)")]
    public async Task an_optional_function_of_0_5_that_was_changed_by_hand_is_found(
        string function,
        string from,
        string to,
        string named
    )
    {
        var database = await Origin.Of("0.5 with functions").MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "vmm",
            $"DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('{function}(varchar, varchar)'::regprocedure), $a${from}$a$, "
                + $"$a${to}$a$); END $do$"
        );
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(87);
        Assert.Contains(named, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("changed by hand", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task accounts_without_services_of_their_own_which_0_6_0_did_not_let_in_are_told()
    {
        var database = await Origin.Of("0.6 before Dovecot 1.2").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Faulty);
        Assert.Empty(await server.QueryAsync(database, "SELECT userid FROM dovecotpassword('alice', 'example.com')"));
        using var world = World.On(server, database);
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var said = await world.DoAsync(command);
            Assert.Contains("To do: 2 accounts could not log in", said, StringComparison.Ordinal);
            Assert.Contains("vmm 0.6.0", said, StringComparison.Ordinal);
            Assert.DoesNotContain("all as before", said, StringComparison.Ordinal);
        }

        Assert.Single(await world.QueryAsync("SELECT userid FROM dovecotpassword('alice', 'example.com')"));
    }

    [Theory]
    [InlineData(
        "UPDATE users SET ssid = 1 WHERE local_part <> 'alice'",
        "To do: 1 account could not log in, because the function dovecotpassword of vmm 0.6.0")]
    [InlineData("UPDATE users SET ssid = 1", null)]
    [InlineData("UPDATE users SET ssid = 1; UPDATE users SET ssid = NULL WHERE gid = 70000", "To do: 3 accounts could not log in")]
    public async Task only_accounts_without_services_of_their_own_are_counted_and_each_once(string sql, string? advice)
    {
        var database = await Origin.Of("0.6 before Dovecot 1.2").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Faulty + sql);
        using var world = World.On(server, database);
        var said = await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(advice is not null, said.Contains("could not log in", StringComparison.Ordinal));
        Assert.Contains(advice ?? "all as before", said, StringComparison.Ordinal);
    }

    /// <summary>Neither one that is refused though it has services, nor one that somebody shut out on purpose.</summary>
    [Theory]
    [InlineData("u.local_part = localpart", "u.local_part = localpart AND u.local_part <> 'carol'", "carol@example.com")]
    [InlineData("s.ssid = u.ssid", "s.ssid = coalesce(u.ssid, 1) AND u.local_part <> 'alice'", "alice@example.com")]
    public async Task a_function_of_0_6_that_refuses_others_was_changed_by_hand(string from, string to, string named)
    {
        var database = await Origin.Of("0.6 before Dovecot 1.2").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Faulty.Replace(from, to, StringComparison.Ordinal));
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(87);
        Assert.Contains($"{named} (dovecotpassword)", outcome.Error, StringComparison.Ordinal);
    }
}
