namespace Vmm.Tests.Install;

/// <summary>
/// What install.sh writes for Postfix is what 'vmm mailconfig' would write for the same version: nothing is replaced, and no copy
/// with the password of the role is kept.
/// </summary>
[Slow]
public class InstalledMapsTests
{
    [Theory]
    [InlineData("3.7.11", "\npassword = ")]
    [InlineData("3.10.5", "\nhosts = postgresql://postfix:")]
    public async Task mailconfig_replaces_none_of_the_maps_that_install_sh_has_written(string version, string form)
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await IsOfVersionAsync(system, version);
        (await system.InstallAsync()).Succeeded();
        Assert.Contains(form, await system.DoAsync("cat /etc/postfix/pgsql-transport.cf"), StringComparison.Ordinal);

        var maps = await MapsAsync(system);
        var installed = await system.DoAsync("/usr/local/sbin/vmm mailconfig postfix --install");
        Assert.Contains("main.cf", installed, StringComparison.Ordinal);
        Assert.DoesNotContain("pgsql-", installed, StringComparison.Ordinal);
        Assert.Equal(maps, await MapsAsync(system));
    }

    /// <summary>Whoever asks this Postfix for its version hears of another one. It does all else as it always does.</summary>
    private static async Task IsOfVersionAsync(PrivateSystem system, string version)
    {
        var (real, other) = ($"{system.Root}/real-postconf", $"{system.Root}/postconf");
        await system.DoAsync(
            $$"""
            cp /usr/sbin/postconf {{real}}
            cat > {{other}} <<'END'
            #!/bin/bash
            case " $*" in
              *" mail_version") echo {{version}} ;;
              # A parameter of 3.10 that 3.7 does not know.
              *) {{real}} "$@" 2> >(sed '/unused parameter: encoding=/d' >&2) ;;
            esac
            END
            chmod 0755 {{other}}
            mount --bind {{other}} /usr/sbin/postconf
            """);
        Assert.Equal($"{version}\n", await system.DoAsync("postconf -d -h mail_version"));
    }

    private static Task<string> MapsAsync(PrivateSystem system) => system.DoAsync("cd /etc/postfix && sha256sum pgsql-*");
}
