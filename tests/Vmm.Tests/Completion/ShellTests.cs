namespace Vmm.Tests.Completion;

/// <summary>bash.</summary>
public sealed class BashShellTests(PostgresCluster cluster) : ShellTests(cluster, "bash");

/// <summary>zsh.</summary>
public sealed class ZshShellTests(PostgresCluster cluster) : ShellTests(cluster, "zsh");

/// <summary>fish.</summary>
public sealed class FishShellTests(PostgresCluster cluster) : ShellTests(cluster, "fish");

/// <summary>vmm and Tab in real shells; a class for each, so that they run at the same time.</summary>
public abstract class ShellTests(PostgresCluster cluster, string name)
{
    [Fact]
    public async Task a_shell_completes_subcommands_options_words_and_names_of_objects()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd other.example");
        await world.DoAsync("aliasdomainadd second.example other.example");
        await world.AddAccountAsync("user@example.com");
        await world.AddAccountAsync("o'brien@example.com");
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("relocatedadd moved@example.com new@example.org");
        await using var shell = new Shell(world);
        await shell.StartAsync(name);

        await shell.CompleteAsync("vmm use", @"(?s)useradd.*userdelete");
        await shell.CompleteAsync("vmm domaininfo ex", @"ready> vmm domaininfo example\.com");
        await shell.CompleteAsync("vmm di ot", @"ready> vmm di other\.example");
        await shell.CompleteAsync("vmm userinfo us", @"ready> vmm userinfo user@example\.com");
        await shell.CompleteAsync("vmm userinfo user@ex", @"ready> vmm userinfo user@example\.com");
        await shell.CompleteAsync(
            "vmm userinfo o",
            @"ready> vmm userinfo o\\?'brien@example\.com|ready> vmm userinfo ""o'brien@example\.com"""
        );
        await shell.CompleteAsync("vmm useradd new@ex", @"ready> vmm useradd new@example\.com");
        await shell.CompleteAsync("vmm aliasinfo i", @"ready> vmm aliasinfo info@example\.com");
        await shell.CompleteAsync("vmm aliasadd list@example.com info@example.com us", @"info@example\.com user@example\.com");
        await shell.CompleteAsync("vmm ri m", @"ready> vmm ri moved@example\.com");
        await shell.CompleteAsync("vmm adi s", @"ready> vmm adi second\.example");
        await shell.CompleteAsync("vmm useradd --", @"--password-stdin");
        await shell.CompleteAsync("vmm useradd a@example.com --password-f", @"--password-file");
        await shell.CompleteAsync("vmm domaininfo example.com --details ", @"(?s)aliasdomains.*relocated");
        await shell.CompleteAsync("vmm domaininfo example.com -d fu", @"-d full");
        await shell.CompleteAsync("vmm domaininfo example.com --details=fu", @"--details=full");
        await shell.CompleteAsync("vmm userservices user@example.com --enable imap sm", @"imap smtp");
        await shell.CompleteAsync("vmm useradd a@example.com --scheme BLF", @"--scheme BLF-CRYPT");
        await shell.CompleteAsync("vmm configget domain.tr", @"configget domain\.transport");
        await shell.CompleteAsync("vmm help userp", @"vmm help userpassword");
        await shell.CompleteAsync($"vmm --config {world.Directory}/vmm.to", @"vmm\.toml");
        await shell.CompleteAsync($"vmm --config {world.Config} domaininfo ex", @"domaininfo example\.com");
    }
}
