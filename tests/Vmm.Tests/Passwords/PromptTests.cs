namespace Vmm.Tests.Passwords;

/// <summary>The prompt, on a real terminal.</summary>
public class PromptTests(PostgresCluster cluster)
{
    [Fact]
    public async Task asks_twice_without_echo_and_stores_what_was_typed()
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com");
        await terminal.WaitForAsync("Enter new password: ");
        Assert.False(terminal.Echoes);
        terminal.Type("  bläh secret \n");
        await terminal.WaitForAsync("Retype new password: ");
        terminal.Type("  bläh secret \n");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.True(terminal.Echoes);
        Assert.DoesNotContain("secret", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(["{PLAIN}  bläh secret "], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Fact]
    public async Task three_failures_end_with_68_and_leave_nothing()
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com");
        await terminal.WaitForAsync("Enter new password: ");
        terminal.Type("one\n");
        await terminal.WaitForAsync("Retype new password: ");
        terminal.Type("two\n");
        await terminal.WaitForAsync("passwords do not match.\r\nEnter new password: ");
        terminal.Type("\n");
        await terminal.WaitForAsync("empty passwords are not permitted.\r\nEnter new password: ");
        terminal.Type("a\tb\n");
        await terminal.WaitForAsync("the password has control characters");
        Assert.Equal(68, await terminal.EndAsync());
        Assert.Contains("vmm: error: too many failures\r\n", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task a_second_try_that_agrees_is_taken()
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com");
        await terminal.WaitForAsync("Enter new password: ");
        terminal.Type("one\n");
        await terminal.WaitForAsync("Retype new password: ");
        terminal.Type("two\n");
        await terminal.WaitForAsync("match.\r\nEnter new password: ");
        terminal.Type("one\n");
        await terminal.WaitForAsync("Retype new password: ", last: true);
        terminal.Type("one\n");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal(["{PLAIN}one"], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Theory]
    [InlineData("\u0003")]
    [InlineData("\u0004")]
    [InlineData("\u001c")]
    public async Task interrupt_quit_and_end_of_input_end_at_once_with_3_and_bring_the_echo_back(string key)
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com");
        await terminal.WaitForAsync("Enter new password: ");
        terminal.Type(key);
        Assert.Equal(3, await terminal.EndAsync());
        Assert.True(terminal.Echoes);
        Assert.Contains("vmm: error: interrupted\r\n", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task octets_that_are_not_utf_8_are_refused_instead_of_stored_as_something_else()
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com");
        await terminal.WaitForAsync("Enter new password: ");
        terminal.Type([(byte)'a', 0xff, (byte)'\n']);
        Assert.Equal(67, await terminal.EndAsync());
        Assert.Contains("not valid UTF-8", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task redirected_input_is_not_asked_even_where_there_is_a_terminal()
    {
        using var world = await PromptWorldAsync();
        using var terminal = PseudoTerminal.Start(world, "useradd user@example.com < /dev/null");
        Assert.Equal(69, await terminal.EndAsync());
        Assert.Contains("Pass --password-stdin", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_signal_ends_a_silent_pipe_at_once()
    {
        using var world = await PromptWorldAsync();
        using var process = Run.Start(Repository.Binary, ["useradd", "user@example.com", "--password-stdin"], world.Environment);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (
            !(await File.ReadAllTextAsync($"/proc/{process.Id}/syscall", TestContext.Current.CancellationToken)).StartsWith(
                "0 0x0 ",
                StringComparison.Ordinal
            )
        )
        {
            Assert.True(clock.Elapsed.TotalSeconds < 60, "vmm never read its input");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        (await Run.ProgramAsync("kill", ["-TERM", process.Id.ToString()])).Succeeded();
        await process
            .WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(3, process.ExitCode);
        Assert.Contains(
            "vmm: error: interrupted",
            await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    private async Task<World> PromptWorldAsync()
    {
        var world = await World.CreateAsync(cluster);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\npassword_scheme = \"PLAIN\"");
        await world.DoAsync("domainadd example.com");
        return world;
    }
}
