using System.Text.RegularExpressions;

namespace Vmm.Tests.Completion;

/// <summary>An interactive shell in a terminal (tmux), with the completions where the shell looks for them.</summary>
internal sealed class Shell : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly World world;
    private readonly string socket;

    public Shell(World world)
    {
        this.world = world;
        socket = world.Directory + "/tmux";
    }

    /// <summary>Starts bash, zsh or fish.</summary>
    public async Task StartAsync(string name)
    {
        Install(world.Directory + "/share");
        await File.WriteAllTextAsync(world.Directory + "/.bashrc", ". /usr/share/bash-completion/bash_completion\nPS1='ready> '\n");
        await File.WriteAllTextAsync(
            world.Directory + "/.zshrc",
            $"fpath=({world.Directory}/share/zsh/site-functions $fpath)\nautoload -Uz compinit\ncompinit -D -u\nPROMPT='ready> '\n"
        );
        var start = name switch
        {
            "bash" => $"bash --rcfile {world.Directory}/.bashrc -i",
            "zsh" => "zsh -i",
            _ => "fish --private -C 'function fish_prompt; echo -n \"ready> \"; end; function fish_greeting; end'",
        };
        string[] environment =
        [
            $"HOME={world.Directory}",
            $"ZDOTDIR={world.Directory}",
            $"XDG_DATA_DIRS={world.Directory}/share:/usr/share",
            "LC_ALL=C.UTF-8",
            .. world.ShellEnvironment.Select(v => $"{v.Key}={v.Value}"),
        ];
        // The server that the first command starts would keep our pipes open.
        string[] command =
        [
            "new-session",
            "-d",
            "-x",
            "120",
            "-y",
            "100",
            "env",
            "-i",
            "TERM=screen",
            .. environment,
            "sh",
            "-c",
            $"cd; exec {start}",
        ];
        var quoted = string.Join(' ', command.Select(Run.Quoted));
        (await Run.ShellAsync($"tmux -f /dev/null -S {socket} {quoted} < /dev/null > {world.Directory}/tmux.out 2>&1")).Succeeded();
        await ExpectAsync("ready>");
    }

    /// <summary>Types a line and Tab until the pattern is on the screen, then throws the line away.</summary>
    public async Task<string> CompleteAsync(string typed, string pattern)
    {
        await TmuxAsync("send-keys", "-l", typed, ";", "send-keys", "Tab");
        var screen = await ExpectAsync(pattern, again: "Tab");
        // Not C-c: it makes the terminal forget what was typed behind it.
        await TmuxAsync("send-keys", "C-u", ";", "send-keys", "C-l");
        await ExpectAsync(@"\A\s*ready>\s*\z");
        return screen;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Run.ProgramAsync("tmux", ["-S", socket, "kill-server"]);

    /// <summary>As install.sh puts them, below another prefix.</summary>
    private static void Install(string share)
    {
        foreach (
            var (from, to) in new[]
            {
                ("vmm.bash", "bash-completion/completions/vmm"),
                ("_vmm", "zsh/site-functions/_vmm"),
                ("vmm.fish", "fish/vendor_completions.d/vmm.fish"),
            }
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(share, to))!);
            File.Copy(Repository.PathOf("completions", from), Path.Combine(share, to), overwrite: true);
        }
    }

    private async Task<string> ExpectAsync(string pattern, string? again = null)
    {
        var end = DateTime.UtcNow + Limit;
        var screen = "";
        for (var i = 1; DateTime.UtcNow < end; i++)
        {
            screen = (await TmuxAsync("capture-pane", "-p")).TrimEnd();
            if (Regex.IsMatch(screen, pattern))
            {
                return screen;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
            // bash lists at the second Tab; zsh's list goes at one that comes too early, and comes again.
            if (again is not null && i % 15 == 0)
            {
                await TmuxAsync("send-keys", again);
            }
        }

        Assert.Fail($"no {pattern} on the screen:\n{screen}");
        return screen;
    }

    private async Task<string> TmuxAsync(params string[] arguments) =>
        (await Run.ProgramAsync("tmux", ["-S", socket, .. arguments])).Succeeded();
}
