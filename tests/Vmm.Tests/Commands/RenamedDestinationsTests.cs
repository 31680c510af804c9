using CsCheck;

namespace Vmm.Tests.Commands;

/// <summary>
/// Random small databases: after a rename every destination is what a simple model says, and after one that is refused none is
/// different. A failure names its seed.
/// </summary>
[Slow]
public sealed class RenamedDestinationsTests(PostgresCluster cluster)
{
    private static readonly Gen<string> Domain = Pick.From("a.example", "A.Example", "a2.example", "b.example", "far.example");
    private static readonly Gen<string> LocalPart = Pick.From("u", "u+x", "u+y+z", "uu", "v", "v+x", "i", "i+x", "%n");
    private static readonly Gen<string> Destination = Gen.Select(LocalPart, Domain, (l, d) => $"{l}@{d}");

    private static readonly Gen<(string Table, int Gid, string LocalPart, string Destination)> Row = Gen.Select(
        Pick.From("alias", "alias", "alias", "catchall", "relocated"),
        Gen.Int[1, 2],
        Pick.From("i", "j", "k"),
        Destination,
        (table, gid, local, destination) =>
            (table, gid, table switch { "catchall" => "", "relocated" => "r" + local, _ => local }, destination));

    private static readonly Gen<(string Command, string Left)> Command = Gen.Select(
        Pick.From("u@a.example v@a.example", "u@a.example v@b.example", "i@a.example v@b.example", "a.example c.example"),
        Pick.From("alias", "nothing"),
        (c, l) => (c, l));

    [Fact]
    public async Task destinations_are_what_the_model_says()
    {
        using var world = await World.CreateAsync(cluster);
        var settings = SettingsFile.Load(world.Config);
        Session.Change(
            settings,
            Author.Nobody,
            s =>
            {
                _ = Domains.Add(s, new NewDomain(DomainName.Parse("a.example"), null, null, null));
                _ = Domains.Add(s, new NewDomain(DomainName.Parse("b.example"), null, null, null));
                _ = AliasDomains.Add(s, DomainName.Parse("a2.example"), DomainName.Parse("a.example"));
                return Accounts.Add(
                    s, new NewAccount(EmailAddress.Parse("u@a.example"), PasswordHasher.CheckStored("{PLAIN}p"), null));
            },
            CancellationToken.None);
        var (done, refused) = (0, 0);
        await Gen.Select(Row.Array[1, 12], Command).SampleAsync(
            async sample =>
            {
                var (rows, (command, left)) = sample;
                await world.SqlAsync("DELETE FROM alias; DELETE FROM catchall; DELETE FROM relocated");
                foreach (var row in rows)
                {
                    var columns = row.Table == "catchall" ? "" : $"'{row.LocalPart}', ";
                    await world.SqlAsync(
                        $"INSERT INTO {row.Table} VALUES ({69999 + row.Gid}, {columns}'{row.Destination}') ON CONFLICT DO NOTHING");
                }

                var before = await RowsAsync(world);
                if (command[0] == 'i' && !before.Any(r => r.StartsWith("alias|70000|i|", StringComparison.Ordinal)))
                {
                    return;
                }

                var expected = Model(before, command.Split(' ')[0], command.Split(' ')[1], left).Order(StringComparer.Ordinal);
                try
                {
                    var after = Session.Try(
                        settings,
                        s =>
                        {
                            Run(s, command, left);
                            return Rows(s);
                        },
                        CancellationToken.None).Result;
                    Assert.Equal(expected, after.Order(StringComparer.Ordinal));
                    done++;
                }
                catch (VmmException e)
                {
                    Assert.Contains(
                        e.Code,
                        (ErrorCode[])[ErrorCode.AliasLoop, ErrorCode.AliasExceedsExpansionLimit, ErrorCode.RelocatedIdentical]);
                    refused++;
                }

                Assert.Equal(before, await RowsAsync(world));
            },
            iter: 300,
            threads: 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{done} done, {refused} refused");
        Assert.True(done > 100 && refused > 2, $"{done} done, {refused} refused");
    }

    private static void Run(Session s, string command, string left)
    {
        var (old, @new) = (command.Split(' ')[0], command.Split(' ')[1]);
        var stays = left == "alias" ? OldName.Alias : OldName.Nothing;
        _ = command[0] switch
        {
            'u' => (object)AccountRename.Run(s, EmailAddress.Parse(old), EmailAddress.Parse(@new), stays, null),
            'i' => AliasRename.Run(s, EmailAddress.Parse(old), EmailAddress.Parse(@new), stays),
            _ => DomainRename.Run(s, DomainName.Parse(old), DomainName.Parse(@new), stays),
        };
    }

    /// <summary>
    /// Each row by itself: no index, no locks, no statement that the product has. An extension stays unless it would lead
    /// elsewhere; what a catch-all takes with its extension did not lead to the old address.
    /// </summary>
    private static HashSet<string> Model(List<string> rows, string old, string @new, string left)
    {
        var result = new HashSet<string>();
        foreach (var row in rows)
        {
            var fields = row.Split('|');
            if (!old.Contains('@', StringComparison.Ordinal))
            {
                fields[3] = fields[3].EndsWith($"@{old}", StringComparison.OrdinalIgnoreCase)
                    ? $"{fields[3].Split('@')[0]}@{@new}"
                    : fields[3];
            }
            else
            {
                var (local, domain) = (fields[3].Split('@')[0], fields[3].Split('@')[1].ToLowerInvariant());
                var isExtended = local.Contains('+', StringComparison.Ordinal);
                var isCaught = isExtended && Catches(rows, "70000")
                    && !rows.Any(r => r.Split('|') is ["catchall", "70000", _, var taken] && taken == fields[3]);
                if (local.Split('+')[0] == old.Split('@')[0] && domain is "a.example" or "a2.example" && !isCaught)
                {
                    var target = @new.EndsWith("b.example", StringComparison.Ordinal) ? "70001" : "70000";
                    var extension = Catches(rows, target) ? "" : local[local.Split('+')[0].Length..];
                    fields[3] = $"{@new.Split('@')[0]}{extension}@{@new.Split('@')[1]}";
                }

                if (fields is ["alias", "70000", var name, _] && name == old.Split('@')[0])
                {
                    fields[1] = @new.EndsWith("b.example", StringComparison.Ordinal) ? "70001" : "70000";
                    fields[2] = @new.Split('@')[0];
                }
            }

            result.Add(string.Join('|', fields));
        }

        if (left == "alias" && old.Contains('@', StringComparison.Ordinal))
        {
            result.Add($"alias|70000|{old.Split('@')[0]}|{@new}");
        }

        return result;
    }

    private static bool Catches(List<string> rows, string gid) =>
        rows.Any(r => r.StartsWith($"catchall|{gid}|", StringComparison.Ordinal));

    private static List<string> Rows(Session s) => s.Tx.List(Query, r => r.GetString(0));

    private static Task<List<string>> RowsAsync(World world) => world.QueryAsync(Query);

    private const string Query = """
        SELECT concat_ws('|', 'alias', gid, address, destination) AS r FROM alias
        UNION ALL SELECT concat_ws('|', 'catchall', gid, '', destination) FROM catchall
        UNION ALL SELECT concat_ws('|', 'relocated', gid, address, destination) FROM relocated
        ORDER BY 1
        """;
}
