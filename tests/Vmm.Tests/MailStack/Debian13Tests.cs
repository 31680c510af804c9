namespace Vmm.Tests.MailStack;

/// <summary>
/// Everything that holds for the shipped configuration holds on Debian 13, too: Postfix 3.10, Dovecot 2.4, PostgreSQL 17.
/// </summary>
[CollectionDefinition(Name)]
public class OnDebian13 : ICollectionFixture<Debian13MailServer>
{
    public const string Name = "mail server on Debian 13";

    /// <summary>./test.sh leaves tests with this trait out, ./test.sh --all does not.</summary>
    public const string Trait = "system";

    /// <summary>Its value.</summary>
    public const string Value = "debian-13";
}

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13DeliveryTests(Debian13MailServer server) : ShippedDeliveryTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13LoginTests(Debian13MailServer server) : ShippedLoginTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13LookupTests(Debian13MailServer server) : ShippedLookupTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13LiveTests(Debian13MailServer server) : LiveTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13QuotaTests(Debian13MailServer server) : QuotaTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13SieveTests(Debian13MailServer server) : SieveTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13SessionTests(Debian13MailServer server) : SessionTests(server)
{
    [Fact]
    public async Task the_system_is_the_one_that_is_meant()
    {
        Assert.StartsWith(
            "3.10.",
            (await Server.ProgramAsync("postconf", ["-d", "-h", "mail_version"])).Succeeded(),
            StringComparison.Ordinal
        );
        Assert.StartsWith("2.4.", (await Server.ProgramAsync("dovecot", ["--version"])).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(["17"], await Server.QueryAsync("SELECT current_setting('server_version_num')::integer / 10000"));
    }
}

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13TraceTests(Debian13MailServer server) : GeneratedTraceTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13RulesTests(Debian13MailServer server) : GeneratedRulesTests(server);

[Collection(OnDebian13.Name)]
[Trait(OnDebian13.Trait, OnDebian13.Value)]
public class Debian13SuspensionTests(Debian13MailServer server) : SuspensionTests(server);
