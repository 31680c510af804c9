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
    /// Every row has its directories with right owner and mode, complete, with all its mail; whatever else is on disk, 'vmm check'
    /// lists it, and nothing besides.
    /// </summary>
    /// <param name="isNew">Addresses that never got any mail; null for none.</param>
    /// <param name="looksAtSchema">
    /// Without it rows and directories alone are looked at, in this process. The schema, which takes most of the time of a check,
    /// no command but the upgrade changes: after each of a thousand disturbed ones it is the same.
    /// </param>
    /// <returns>The number of directories without a row.</returns>
    public async Task<int> VerifyAsync(Func<string, bool>? isNew = null, bool looksAtSchema = true)
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
            .Where(hash => Path.GetFileName(hash) != ".trash")
            .SelectMany(Directory.GetDirectories)
            .SelectMany(domain => expected.Contains(domain) ? Directory.GetDirectories(domain) : [domain])
            .Where(d => !expected.Contains(d))
            .ToHashSet();
        var listed = looksAtSchema ? await CheckAsync(residue.Count > 0) : RowsAndDirectories();
        Assert.All(listed, finding =>
            Assert.Contains(
                finding.Code, (string[])["staging-directory", "removal-directory", "orphan-directory", "misplaced-home"])
        );
        Assert.Equal(residue.Except(residue.SelectMany(Announced)).Order(), listed.Select(finding => finding.Subject).Order());
        return residue.Count;
    }

    /// <summary>
    /// The homes that a command of many accounts had moved to their places from this directory, when it was killed: the finding
    /// about the directory is about them as well.
    /// </summary>
    private static IEnumerable<string> Announced(string staging)
    {
        var list = $"{staging}/{HomeBatch.ListName}";
        return StagedHomes.Gid(Path.GetFileName(staging)) is { } gid && File.Exists(list)
            ? File.ReadLines(list).Select(uid => $"{Path.GetDirectoryName(staging)}/{gid}/{uid}")
            : [];
    }

    private async Task<List<(string Code, string Subject)>> CheckAsync(bool finds)
    {
        var check = await World.VmmAsync("check");
        check.ShouldExit(finds ? 4 : 0);
        return
        [
            .. check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .Select(columns => (columns[1], columns[2])),
        ];
    }

    /// <summary>What the check finds of them.</summary>
    private List<(string Code, string Subject)> RowsAndDirectories() => Session.Read(
        SettingsFile.Load(World.Config),
        s =>
        {
            IEnumerable<Finding> found =
            [
                .. SchemaShapeSql.WrongAddresses(s.Tx).Select(address => Findings.WrongAddress(s.Settings.Database, address)),
                .. HealthCheck.Rows(s, null, null),
                .. DirectoryCheck.Run(s, null, (_, _, _) => { }),
            ];
            return found.Select(f => (f.Code.Word(), f.Subject)).ToList();
        },
        TestContext.Current.CancellationToken);

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
