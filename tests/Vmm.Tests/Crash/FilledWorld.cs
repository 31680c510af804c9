using System.Globalization;

namespace Vmm.Tests.Crash;

/// <summary>A world with many accounts that have mail, made quickly, and what must hold in it whatever was broken off.</summary>
internal sealed class FilledWorld(World world, int mails) : IDisposable
{
    private const UnixFileMode Private = (UnixFileMode)0b111_000_000;

    public World World { get; } = world;

    public void Dispose() => World.Dispose();

    /// <summary>Adds domains d0.example, d1.example ... with accounts u0, u1 ... each.</summary>
    public Task FillAsync(int domains, int accounts)
    {
        _ = Session.Change(
            SettingsFile.Load(World.Config),
            Author.Nobody,
            s =>
            {
                for (var d = 0; d < domains; d++)
                {
                    _ = Domains.Add(s, new NewDomain(DomainName.Parse($"d{d}.example"), null, null, null));
                    for (var a = 0; a < accounts; a++)
                    {
                        var added = Accounts.Add(
                            s,
                            new NewAccount(
                                EmailAddress.Parse($"u{a}@d{d}.example"),
                                PasswordHasher.CheckStored("{PLAIN}secret"),
                                null
                            )
                        );
                        for (var m = 0; m < mails; m++)
                        {
                            File.WriteAllText($"{added.Home}/Maildir/{(m % 2 == 0 ? "cur" : ".Sent/cur")}/{m}", "mail");
                        }
                    }
                }

                return 0;
            },
            TestContext.Current.CancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Every row has its directories with right owner and mode, complete, with all its mail (addresses that
    /// <paramref name="isNew"/> names never got any);
    /// whatever else is on disk, 'vmm check' lists it, and nothing besides.
    /// </summary>
    /// <returns>The number of directories without a row.</returns>
    public async Task<int> VerifyAsync(Func<string, bool>? isNew = null)
    {
        await NoBackendIsLeftAsync(World);
        var expected = new HashSet<string>();
        foreach (var row in await World.QueryAsync("SELECT gid, domaindir FROM domain_data"))
        {
            var parts = row.Split('|');
            expected.Add(parts[1]);
            RequireDirectory(parts[1], 0, Number(parts[0]), (UnixFileMode)0b111_101_000);
        }

        foreach (
            var row in await World.QueryAsync(
                "SELECT u.uid, u.gid, d.domaindir, u.local_part FROM users u JOIN domain_data d USING (gid)"
            )
        )
        {
            var parts = row.Split('|');
            var home = $"{parts[2]}/{parts[0]}";
            expected.Add(home);
            RequireDirectory(home, Number(parts[0]), Number(parts[1]), Private);
            RequireDirectory($"{home}/Maildir/.Trash/tmp", Number(parts[0]), Number(parts[1]), Private);
            var found = Directory.GetFiles($"{home}/Maildir/cur").Length + Directory.GetFiles($"{home}/Maildir/.Sent/cur").Length;
            Assert.True(found == (isNew?.Invoke(parts[3]) == true ? 0 : mails), $"{parts[3]} in {home} has {found} mails");
        }

        var residue = Directory.GetDirectories(World.Base)
            .SelectMany(Directory.GetDirectories)
            .SelectMany(domain => expected.Contains(domain) ? Directory.GetDirectories(domain) : [domain])
            .Where(d => !expected.Contains(d))
            .ToHashSet();
        var check = await World.VmmAsync("check");
        check.ShouldExit(residue.Count == 0 ? 0 : 4);
        var listed = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        Assert.All(listed, columns =>
            Assert.Contains(columns[1], (string[])["staging-directory", "removal-directory", "orphan-directory", "misplaced-home"])
        );
        Assert.Equal(residue.Order(), listed.Select(columns => columns[2]).Order());
        return residue.Count;
    }

    /// <summary>The server ends the session of a killed client when it notices.</summary>
    internal static async Task NoBackendIsLeftAsync(World world)
    {
        for (
            var i = 0;
            (
                await world.QueryAsync(
                    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'vmm' AND datname = current_database()"
                )
            ).Count > 0;
            i++
        )
        {
            Assert.True(i < 200, "a session of a killed vmm does not end");
            await Task.Delay(25);
        }
    }

    private static void RequireDirectory(string path, long uid, long gid, UnixFileMode mode)
    {
        using var parent = Folder.OpenBase("/");
        var facts = parent.FactsOf(path[1..]);
        Assert.True(facts is { IsDirectory: true } f && f.Uid == uid && f.Gid == gid && f.Mode == mode, $"{path}: {facts}");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
