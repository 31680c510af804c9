using CsCheck;

namespace Vmm.Tests.Model;

/// <summary>One command: as one would type it, as vmm does it, as the model does it.</summary>
internal sealed partial record Operation(string Command, Action<Session> Real, Action<MailModel> Expected)
{
    private static readonly Gen<bool> Seldom = Gen.Int[0, 3].Select(i => i == 0);

    // Mostly what such a command is meant for, now and then a name of the other kind.
    private static readonly Gen<string> Domain = Gen.Frequency(
        (9, Pick.From(Universe.Domains)),
        (1, Pick.From(Universe.AliasDomains))
    );
    private static readonly Gen<string> AliasDomain = Gen.Frequency(
        (9, Pick.From(Universe.AliasDomains)),
        (1, Pick.From(Universe.Domains))
    );
    private static readonly Gen<string> Name = Gen.Frequency(
        (3, Pick.From(Universe.Domains)),
        (1, Pick.From(Universe.AliasDomains))
    );
    private static readonly Gen<string> Address = Gen.Select(Pick.From(Universe.LocalParts), Name, (l, n) => $"{l}@{n}");
    private static readonly Gen<string> Destination = Gen.Frequency((3, Address), (1, Pick.From(Universe.Outside)));
    private static readonly Gen<string[]> Destinations = Destination.Array[1, 3];
    private static readonly Gen<string> Password = Pick.From("{PLAIN}p", "{PLAIN}q");
    private static readonly Gen<Quota> SomeQuota = Pick.From(new Quota(0, 0), new Quota(1024, 5));
    private static readonly Gen<string> SomeTransport = Pick.From("lmtp:unix:private/dovecot-lmtp", "error:Closed");
    private static readonly Gen<string> Text = Pick.From("", "some words");

    private static readonly Gen<ServiceChange> Change = Gen.Select(
        Gen.Bool,
        Pick.From(ServiceSet.Imap, ServiceSet.Smtp | ServiceSet.Sieve),
        (on, which) => on ? new ServiceChange(which, ServiceSet.None) : new ServiceChange(ServiceSet.None, which)
    );

    /// <summary>Any command.</summary>
    public static readonly Gen<Operation> Any = Gen.Frequency(
        (6, Domain.Select(DomainAdd)),
        (2, Gen.Select(Domain, Gen.Bool, Gen.Bool, DomainDelete)),
        (4, Gen.Select(AliasDomain, Domain, AliasDomainAdd)),
        (2, Gen.Select(AliasDomain, Domain, AliasDomainSwitch)),
        (1, AliasDomain.Select(AliasDomainDelete)),
        (6, Gen.Select(Address, Password, UserAdd)),
        (2, Gen.Select(Address, Gen.Bool, Gen.Bool, UserDelete)),
        (1, Gen.Select(Address, Password, UserPassword)),
        (8, Gen.Select(Address, Destinations, AliasAdd)),
        (3, Gen.Select(Address, Destination.Array[0, 2], AliasDelete)),
        (4, Gen.Select(Address, Destination, RelocatedAdd)),
        (2, Address.Select(RelocatedDelete)),
        (4, Gen.Select(Name, Destinations, CatchAllAdd)),
        (2, Gen.Select(Name, Destination.Array[0, 2], CatchAllDelete)),
        (1, Gen.Select(Domain, Text, DomainNote)),
        (1, Gen.Select(Domain, SomeQuota, Seldom, DomainQuota)),
        (1, Gen.Select(Domain, Change, Seldom, DomainServices)),
        (1, Gen.Select(Domain, SomeTransport, Seldom, DomainTransport)),
        (1, Gen.Select(Address, Text, Text, UserTexts)),
        (1, Gen.Select(Address, SomeQuota, Seldom, UserQuota)),
        (1, Gen.Select(Address, Change, Seldom, UserServices)),
        (1, Gen.Select(Address, SomeTransport, Seldom, UserTransport)),
        (5, Renames()));

    /// <summary>
    /// One to twelve commands, each of which costs a connection. Most begin with a domain or two, without which nothing can be
    /// done.
    /// </summary>
    public static readonly Gen<Operation[]> Sequence = Gen.Select(
        Gen.Frequency((1, Gen.Const<string[]>([])), (2, Gen.Const(Universe.Domains[..1])), (5, Gen.Const(Universe.Domains[..2]))),
        Gen.Frequency((3, Any.Array[1, 5]), (1, Any.Array[6, 10])),
        (begin, then) => (Operation[])[.. begin.Select(DomainAdd), .. then]);

    /// <summary>The addresses of ours in the command.</summary>
    public IEnumerable<string> Addresses => Command.Split(' ').Where(w => Universe.Addresses.Contains(w));

    /// <summary>Whether it says something of the same object that the other command says too.</summary>
    public bool Repeats(Operation other) =>
        Command.Split(' ') is [var verb, var name, .. var said] && other.Command.Split(' ') is [var verb2, var name2, .. var said2]
        && (verb, name) == (verb2, name2) && said.Intersect(said2).Any();

    public override string ToString() => Command;

    public static Operation DomainAdd(string name) =>
        new(
            $"domainadd {name}",
            s => Vmm.Core.Administration.Domains.Add(s, new NewDomain(DomainName.Parse(name), null, null, null)),
            m => m.DomainAdd(name)
        );

    private static Operation DomainDelete(string name, bool force, bool directory) =>
        new(
            $"domaindelete {name}{Flag("--force", force)}{Flag("--delete-directory", directory)}",
            s =>
                Vmm.Core.Administration.Domains.Delete(
                    s,
                    DomainName.Refer(name),
                    force ? DomainContents.All : DomainContents.None,
                    directory ? OnDelete.Remove : Kept(s)
                ),
            m => m.DomainDelete(name, force, directory)
        );

    private static Operation AliasDomainAdd(string alias, string name) =>
        new(
            $"aliasdomainadd {alias} {name}",
            s => AliasDomains.Add(s, DomainName.Parse(alias), DomainName.Refer(name)),
            m => m.AliasDomainAdd(alias, name)
        );

    private static Operation AliasDomainSwitch(string alias, string name) =>
        new(
            $"aliasdomainswitch {alias} {name}",
            s => AliasDomains.Switch(s, DomainName.Refer(alias), DomainName.Refer(name)),
            m => m.AliasDomainSwitch(alias, name)
        );

    private static Operation AliasDomainDelete(string alias) =>
        new($"aliasdomaindelete {alias}", s => AliasDomains.Delete(s, DomainName.Refer(alias)), m => m.AliasDomainDelete(alias));

    private static Operation UserAdd(string address, string password) =>
        new(
            $"useradd {address} --hash {password}",
            s => Accounts.Add(s, new NewAccount(EmailAddress.Parse(address), PasswordHasher.CheckStored(password), null)),
            m => m.UserAdd(address, password)
        );

    private static Operation UserDelete(string address, bool force, bool directory) =>
        new(
            $"userdelete {address}{Flag("--force", force)}{Flag("--delete-directory", directory)}",
            s => Accounts.Delete(s, EmailAddress.Refer(address), force, directory ? OnDelete.Remove : Kept(s)),
            m => m.UserDelete(address, force, directory)
        );

    private static Operation UserPassword(string address, string password) =>
        new(
            $"userpassword {address} --hash {password}",
            s => Accounts.SetPassword(s, EmailAddress.Refer(address), PasswordHasher.CheckStored(password)),
            m => m.ChangeAccount(address, (_, a) => a.Password = password)
        );

    private static Operation AliasAdd(string address, string[] destinations) =>
        new(
            $"aliasadd {address} {ModelState.Join(destinations)}",
            s => Aliases.Add(s, EmailAddress.Parse(address), Parsed(destinations)),
            m => m.AliasAdd(address, destinations)
        );

    private static Operation AliasDelete(string address, string[] destinations) =>
        new(
            $"aliasdelete {address} {ModelState.Join(destinations)}",
            s => Aliases.Delete(s, EmailAddress.Refer(address), Parsed(destinations)),
            m => m.AliasDelete(address, destinations)
        );

    private static Operation RelocatedAdd(string address, string destination) =>
        new(
            $"relocatedadd {address} {destination}",
            s => Relocations.Add(s, EmailAddress.Parse(address), Vmm.Data.Values.Destination.Parse(destination)),
            m => m.RelocatedAdd(address, destination)
        );

    private static Operation RelocatedDelete(string address) =>
        new($"relocateddelete {address}", s => Relocations.Delete(s, EmailAddress.Refer(address)), m => m.RelocatedDelete(address));

    private static Operation CatchAllAdd(string name, string[] destinations) =>
        new(
            $"catchalladd {name} {ModelState.Join(destinations)}",
            s => CatchAlls.Add(s, DomainName.Refer(name), Parsed(destinations)),
            m => m.CatchAllAdd(name, destinations)
        );

    private static Operation CatchAllDelete(string name, string[] destinations) =>
        new(
            $"catchalldelete {name} {ModelState.Join(destinations)}",
            s => CatchAlls.Delete(s, DomainName.Refer(name), Parsed(destinations)),
            m => m.CatchAllDelete(name, destinations)
        );

    private static Operation DomainNote(string name, string text) =>
        new(
            $"domainnote {name} -n '{text}'",
            s => DomainDefaults.SetNote(s, DomainName.Refer(name), text),
            m => m.ChangeDomain(name, d => d.Note = text)
        );

    private static Operation DomainQuota(string name, Quota quota, bool reset) =>
        new(
            $"domainquota {name} {quota.Bytes} -m {quota.Messages}{Flag("--force", reset)}",
            s => DomainDefaults.SetQuota(s, DomainName.Refer(name), quota, reset),
            m => m.ChangeDomain(name, d => d.Quota = quota, reset ? a => a.Quota = null : null)
        );

    private static Operation DomainServices(string name, ServiceChange change, bool reset) =>
        new(
            $"domainservices {name} {change}{Flag("--force", reset)}",
            s => DomainDefaults.SetServices(s, DomainName.Refer(name), change, reset),
            m => m.ChangeDomain(name, d => d.Services = change.Apply(d.Services), reset ? a => a.Services = null : null)
        );

    private static Operation DomainTransport(string name, string transport, bool reset) =>
        new(
            $"domaintransport {name} {transport}{Flag("--force", reset)}",
            s => DomainDefaults.SetTransport(s, DomainName.Refer(name), Transport.Parse(transport), reset),
            m => m.ChangeDomain(name, d => d.Transport = transport, reset ? a => a.Transport = null : null)
        );

    private static Operation UserTexts(string address, string name, string note) =>
        new(
            $"username {address} -n '{name}', usernote {address} -n '{note}'",
            s =>
            {
                AccountOverrides.SetName(s, EmailAddress.Refer(address), name);
                AccountOverrides.SetNote(s, EmailAddress.Refer(address), note);
            },
            m => m.ChangeAccount(address, (_, a) => (a.Name, a.Note) = (name, note))
        );

    private static Operation UserQuota(string address, Quota quota, bool back) =>
        new(
            back ? $"userquota {address} domain" : $"userquota {address} {quota.Bytes} -m {quota.Messages}",
            s => AccountOverrides.SetQuota(s, EmailAddress.Refer(address), back ? null : quota),
            m => m.ChangeAccount(address, (_, a) => a.Quota = back ? null : quota)
        );

    private static Operation UserServices(string address, ServiceChange change, bool back) =>
        new(
            back ? $"userservices {address} -r" : $"userservices {address} {change}",
            s => AccountOverrides.SetServices(s, EmailAddress.Refer(address), back ? null : change),
            m => m.ChangeAccount(address, (d, a) => a.Services = back ? null : change.Apply(a.Services ?? d.Services))
        );

    private static Operation UserTransport(string address, string transport, bool back) =>
        new(
            back ? $"usertransport {address} domain" : $"usertransport {address} {transport}",
            s => AccountOverrides.SetTransport(s, EmailAddress.Refer(address), back ? null : Transport.Parse(transport)),
            m => m.ChangeAccount(address, (_, a) => a.Transport = back ? null : transport)
        );

    private static OnDelete Kept(Session s) =>
        s.Settings.Value(SettingOptions.AccountOnDelete) == "trash" ? OnDelete.Trash : OnDelete.Keep;

    private static string Flag(string option, bool given) => given ? " " + option : "";

    private static Destination[] Parsed(string[] destinations) => [.. destinations.Select(Vmm.Data.Values.Destination.Parse)];
}
