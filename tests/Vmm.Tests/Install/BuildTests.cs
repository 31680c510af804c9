namespace Vmm.Tests.Install;

/// <summary>What install.sh does before it builds the program, and when it does not build it.</summary>
[Trait(Needs.Trait, Needs.TheSystem)]
public sealed class BuildTests : IDisposable
{
    private const string Missing = "install.sh: error: the .NET SDK is missing\n";

    /// <summary>The machine may have an installation of its own.</summary>
    private const string NoConfiguration = "[ ! -d /etc/vmm ] || mount -t tmpfs none /etc/vmm";

    private readonly TempDirectory home = new();

    private string Clone => home["clone"];

    private string Root => home["root"];

    /// <summary>Is there when packages would have been installed.</summary>
    private string Packages => $"{Clone}/packages-were-installed";

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
        Assert.False(File.Exists(Packages));
    }

    [Theory]
    [InlineData(65536, 80000, "", "the uids from 70000 to 70999 are not mapped in this container, which has 0-65535")]
    [InlineData(80000, 70999, "--no-database", "the gids from 70000 to 70999 are not mapped in this container, which has 0-70998")]
    [InlineData(65536, 65536, "--trial TRIAL", "the uids from 70000 to 70999 are not mapped in this container, which has 0-65535")]
    public async Task in_a_container_without_the_ids_of_accounts_nothing_is_installed(
        int uids, int gids, string arguments, string reason)
    {
        await CloneAsync();
        var said = await InContainerAsync(uids, gids, arguments.Replace("TRIAL", home["trial"], StringComparison.Ordinal));
        said.ShouldExit(1);
        Assert.Equal(
            $"install.sh: error: {reason}\ninstall.sh: hint: Accounts get those from 70000 up. Map more ids into the container, "
                + "on its host: /etc/subuid, /etc/subgid, lxc.idmap.\n",
            said.Error);
        Assert.Empty(said.Out);
        Assert.Equal([Clone], Directory.EnumerateFileSystemEntries(home.Path));
        Assert.False(File.Exists(Packages));
    }

    /// <summary>Packages come next; those of these tests cannot be installed.</summary>
    [Theory]
    [InlineData(71000, NoConfiguration)]
    [InlineData(65536, "mount -t tmpfs none /etc && mkdir /etc/vmm && touch /etc/vmm/vmm.toml")]
    public async Task in_a_container_with_the_ids_or_a_configuration_of_vmm_the_installation_goes_on(int ids, string before)
    {
        await CloneAsync();
        var said = await InContainerAsync(ids, ids, "", before);
        said.ShouldExit(7);
        Assert.Equal("", said.Error);
        Assert.True(File.Exists(Packages));
    }

    [Fact]
    public async Task a_package_is_built_in_a_container_without_the_ids_of_accounts()
    {
        await CloneAsync();
        (await InContainerAsync(65536, 65536, "--no-database", $"export DESTDIR={Root}")).Succeeded();
        Assert.True(File.Exists($"{Root}/etc/vmm/vmm.toml"));
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
            echo "$(build_inputs) $(sha256sum < {program} | cut -c 1-64) 10.0.100" > "$(built_from {program})"
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
    public async Task a_program_is_built_again_by_a_newer_sdk()
    {
        await CloneAsync();
        await SdkAsync("10.0.100");
        var program = $"{Root}/usr/sbin/vmm";
        await InClone(
            $"""
            DESTDIR={Root} PREFIX=/usr; . install/lib.sh
            install -D '{Repository.Binary}' {program}; install -d {Root}/usr/share/vmm
            echo "$(build_inputs) $(sha256sum < {program} | cut -c 1-64) 10.0.100" > "$(built_from {program})"
            """);
        var environment = $"PATH={Clone}/sdk:$PATH TMPDIR={home.Path} DESTDIR={Root} PREFIX=/usr";
        var same = await InstallAsync(environment, "");
        same.ShouldExit(0);
        Assert.Contains("not built again: ", same.Out, StringComparison.Ordinal);
        (await InstallAsync(environment, "")).ShouldExit(0);
        Assert.Empty(Built());

        await SdkAsync("10.0.200");
        var newer = await InstallAsync(environment, "");
        newer.ShouldExit(1);
        Assert.Contains("install.sh: error: the build failed\n", newer.Error, StringComparison.Ordinal);
        Assert.StartsWith("publish src/Vmm.Cli ", Assert.Single(Built()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task tests_are_built_again_by_a_newer_sdk()
    {
        await CloneAsync();
        await InClone(
            $"cp {Repository.Root}/test.sh {Repository.Root}/.editorconfig . && mkdir -p tools tests/Vmm.Tests/{{bin/Debug,obj}}");
        foreach (var (version, builds) in ((string, int)[])[("10.0.100", 1), ("10.0.100", 1), ("10.0.200", 2), ("10.0.200", 2)])
        {
            await SdkAsync(version);
            await InClone($"PATH={Clone}/sdk:$PATH ./test.sh --fast");
            Assert.Equal(builds, Built().Length);
        }

        Assert.DoesNotContain("--no-restore", Built()[^1], StringComparison.Ordinal);
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
            echo "$(build_inputs) $(sha256sum < /bin/true | cut -c 1-64) 10.0.100" > {Root}/usr/share/vmm/built-from
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

    /// <summary>An SDK in the clone that notes what it is asked for, publishes nothing, and runs every test.</summary>
    private Task SdkAsync(string version) => InClone(
        $"""
        mkdir -p sdk && cat > sdk/dotnet <<'END'
        #!/bin/sh
        case $1 in
          --version) echo {version} ;;
          build | publish) echo "$@" >> {Clone}/sdk/asked; [ "$1" = build ] ;;
        esac
        END
        chmod +x sdk/dotnet
        """);

    /// <summary>The builds that the SDK was asked for.</summary>
    private string[] Built() => File.Exists($"{Clone}/sdk/asked") ? File.ReadAllLines($"{Clone}/sdk/asked") : [];

    private async Task InClone(string command) =>
        (await Run.ShellAsync($"set -e; cd {Clone}; ROOT={Clone}\n{command}")).Succeeded();

    /// <summary>Runs install.sh with the published program where these ids are, and no more packages.</summary>
    private async Task<Outcome> InContainerAsync(int uids, int gids, string arguments, string before = NoConfiguration)
    {
        await InClone("echo exit 7 >> install/packages.sh");
        var install = $"{{ {before}; }} && cd {Clone} && ./install.sh {arguments} --binary {Repository.Binary} < /dev/null";
        return await Container.RunAsync(uids, $"unshare --mount --propagation private bash -c {Run.Quoted(install)}", gids);
    }

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
