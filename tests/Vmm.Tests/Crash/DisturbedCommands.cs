namespace Vmm.Tests.Crash;

/// <summary>The commands that change rows, and most of them mail directories, each with what it needs.</summary>
internal static class DisturbedCommands
{
    public const string UserAdd = "useradd";
    public const string UserDelete = "userdelete --delete-directory";
    public const string DomainAdd = "domainadd";
    public const string DomainDelete = "domaindelete --force --delete-directory";
    public const string FromFile = "useradd --from-file";
    public const string Switch = "aliasdomainswitch";
    public const string AliasAdd = "aliasadd";
    public const string CatchAllAdd = "catchalladd";
    public const string UserRename = "userrename";
    public const string DomainRename = "domainrename";

    /// <summary>Accounts u0 and u1 of d0.example are there, and stay; what begins with n is new and has no mail.</summary>
    public static async Task<DisturbedCommand> CreateAsync(string name, PostgresCluster cluster, string? host = null)
    {
        var usesTrash = DisturbedTrash.All.Contains(name);
        var filled = new FilledWorld(await World.CreateAsync(cluster), DisturbedMailCommand.Mails);
        filled.World.Configure(usesTrash ? "[account]\non_delete = \"trash\"\n" : "", host);
        await filled.FillAsync(1, 2);
        if (!usesTrash)
        {
            return Create(name, filled);
        }

        // So that each run makes the same calls.
        Directory.CreateDirectory(filled.World.Base + "/.trash", (UnixFileMode)0b111_000_000);
        return new DisturbedTrash(filled, name);
    }

    private static DisturbedMailCommand Create(string name, FilledWorld filled)
    {
        return name switch
        {
            UserAdd => new(filled, i => $"useradd n{i}@d0.example --hash {{PLAIN}}secret", ErrorCode.AccountExists),
            UserDelete => new(filled, i => $"userdelete old{i}@d0.example --delete-directory", ErrorCode.NoSuchAccount)
            {
                Prepare = (s, i) => Add(s, $"old{i}@d0.example"),
            },
            DomainAdd => new(filled, i => $"domainadd n{i}.example", ErrorCode.DomainExists),
            DomainDelete => new(filled, i => $"domaindelete n{i}.example --force --delete-directory", ErrorCode.NoSuchDomain)
            {
                Prepare = (s, i) =>
                {
                    AddDomain(s, i);
                    Add(s, $"one@n{i}.example");
                    Add(s, $"two@n{i}.example");
                },
            },
            FromFile => new(filled, i => $"useradd --from-file {ListOf(filled.World, i)}", ErrorCode.AccountExists)
            {
                Prepare = AddDomain,
            },
            Switch => new(filled, i => $"aliasdomainswitch m{i}.example d0.example", ErrorCode.AliasDomainExists)
            {
                Prepare = (s, i) =>
                {
                    AddDomain(s, i);
                    _ = AliasDomains.Add(s, DomainName.Parse($"m{i}.example"), DomainName.Parse($"n{i}.example"));
                },
            },
            AliasAdd => new(filled, i => $"aliasadd n{i}@d0.example u0@d0.example u1@d0.example"),
            CatchAllAdd => new(filled, i => $"catchalladd n{i}.example u0@d0.example") { Prepare = AddDomain },
            UserRename => new(filled, i => $"userrename old{i}@d0.example old{i}@n{i}.example", ErrorCode.NoSuchAccount)
            {
                IsMove = true,
                Prepare = (s, i) =>
                {
                    AddDomain(s, i);
                    Add(s, $"old{i}@d0.example");
                },
            },
            DomainRename => new(filled, i => $"domainrename n{i}.example m{i}.example", ErrorCode.DomainIsAlias)
            {
                Prepare = (s, i) =>
                {
                    AddDomain(s, i);
                    Add(s, $"one@n{i}.example");
                    _ = Aliases.Add(
                        s, EmailAddress.Parse($"n{i}@d0.example"), [Vmm.Data.Values.Destination.Parse($"one@n{i}.example")]);
                },
            },
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }

    internal static void AddDomain(Session s, int run) =>
        _ = Domains.Add(s, new NewDomain(DomainName.Parse($"n{run}.example"), null, null, null));

    internal static void Add(Session s, string address)
    {
        var added = Accounts.Add(s, new NewAccount(EmailAddress.Parse(address), PasswordHasher.CheckStored("{PLAIN}secret"), null));
        for (var i = 0; i < DisturbedMailCommand.Mails; i++)
        {
            File.WriteAllText($"{added.Home}/Maildir/cur/{i}", "mail");
        }
    }

    private static string ListOf(World world, int run)
    {
        var path = $"{world.Directory}/list{run}";
        string[] addresses = [$"n{run}a@d0.example", $"n{run}b@n{run}.example", $"n{run}c@d0.example"];
        File.WriteAllLines(path, addresses.Select(a => a + "\t{PLAIN}secret"));
        return path;
    }
}
