namespace Vmm.Tests.Install;

/// <summary>What install.sh does before it builds the program, and when it does not build it.</summary>
[Trait(Needs.Trait, Needs.TheSystem)]
public sealed class BuildTests : IDisposable
{
    private const string Missing = "install.sh: error: the .NET SDK is missing\n";

    private readonly TempDirectory home = new();

    private string Clone => home["clone"];

    private string Root => home["root"];

    public void Dispose() => home.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("--no-database")]
    [InlineData("--trial TRIAL")]
    public async Task without_the_sdk_nothing_is_installed(string arguments)
    {
        await CloneAsync();
        var said = await InstallAsync("", arguments.Replace("TRIAL", home["trial"], StringComparison.Ordinal));
        said.ShouldExit(1);
        Assert.StartsWith(Missing + "install.sh: hint: Install ", said.Error, StringComparison.Ordinal);
        Assert.Empty(said.Out);
        Assert.Equal([Clone], Directory.EnumerateFileSystemEntries(home.Path));
        Assert.False(File.Exists($"{Clone}/packages-were-installed"));
    }

    [Fact]
    public async Task a_program_is_not_built_again_until_a_source_changes()
    {
        await CloneAsync();
        var program = $"{Root}/usr/sbin/vmm";
        await InClone(
            $"""
            DESTDIR={Root} PREFIX=/usr; . install/lib.sh
            install -D '{Repository.Binary}' {program}; install -d {Root}/usr/share/vmm
            echo "$(build_inputs) $(sha256sum < {program} | cut -c 1-64)" > "$(built_from {program})"
            """);
        var same = await InstallAsync($"DESTDIR={Root} PREFIX=/usr", "");
        Assert.Contains("not built again: nothing has changed since the program was built\n", same.Out, StringComparison.Ordinal);
        same.ShouldExit(0);
        await InClone("mkdir -p src/Vmm.Cli/bin && touch src/Vmm.Cli/bin/made src/Vmm.Cli/Program.cs");
        (await InstallAsync($"DESTDIR={Root} PREFIX=/usr", "")).Succeeded();

        await InClone("echo >> src/Vmm.Cli/Program.cs");
        var changed = await InstallAsync($"DESTDIR={Root} PREFIX=/usr", "");
        changed.ShouldExit(1);
        Assert.StartsWith(Missing, changed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("building", changed.Out, StringComparison.Ordinal);
        // An SDK that is there, and cannot build.
        await InClone("mkdir sdk && printf '#!/bin/sh\\n[ \"$1\" = --version ]\\n' > sdk/dotnet && chmod +x sdk/dotnet");
        var built = await InstallAsync($"DESTDIR={Root} PREFIX=/usr PATH={Clone}/sdk:$PATH", "");
        Assert.NotEqual(0, built.ExitCode);
        Assert.Contains("building the program, which takes some minutes\n", built.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task another_program_in_its_place_is_not_taken_for_the_one_that_was_built()
    {
        await CloneAsync();
        (await InstallAsync($"DESTDIR={Root} PREFIX=/usr", $"--binary {Repository.Binary}")).Succeeded();
        Assert.False(File.Exists($"{Root}/usr/share/vmm/built-from"));
        await InClone(
            $"""
            DESTDIR={Root} PREFIX=/usr; . install/lib.sh
            echo "$(build_inputs) $(sha256sum < /bin/true | cut -c 1-64)" > {Root}/usr/share/vmm/built-from
            """);
        (await InstallAsync($"DESTDIR={Root} PREFIX=/usr", "")).ShouldExit(1);
    }

    /// <summary>What the installation reads; its packages would be the machine's.</summary>
    private async Task CloneAsync()
    {
        Directory.CreateDirectory(Clone);
        await Run.ShellAsync(
            $"cd '{Repository.Root}' && tar -c --exclude=bin --exclude=obj install.sh install sql etc src man completions docs *.md"
            + $" LICENSE global.json Directory.*.props BannedSymbols*.txt | tar -x -C {Clone}");
        await InClone("printf '#!/bin/sh\\ntouch packages-were-installed\\n' > install/packages.sh");
    }

    private async Task InClone(string command) =>
        (await Run.ShellAsync($"set -e; cd {Clone}; ROOT={Clone}\n{command}")).Succeeded();

    /// <summary>Runs install.sh on a system that has no SDK.</summary>
    private Task<Outcome> InstallAsync(string environment, string arguments)
    {
        var script = $"""
            for d in /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do [ ! -d $d ] || mount -t tmpfs none $d; done
            cd {Clone} && env -u DOTNET_ROOT HOME={Clone} {environment} ./install.sh {arguments} < /dev/null
            """;
        return Run.ProgramAsync("unshare", ["--mount", "--propagation", "private", "bash", "-c", script]);
    }
}
