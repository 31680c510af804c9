using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>What stays of an administrator's values in main.cf, and who has mail, without a server.</summary>
public class OwnSettingsTests
{
    private const string Maps = "pgsql:/etc/postfix/pgsql-virtual_alias_maps.cf";

    [Theory]
    [InlineData("$virtual_alias_maps", "", "")]
    [InlineData("$virtual_alias_maps", "$virtual_maps", "")]
    [InlineData("$virtual_alias_maps", Maps, "")]
    [InlineData("$virtual_alias_maps", "hash:/etc/postfix/virtual, " + Maps, "hash:/etc/postfix/virtual")]
    [InlineData("legacy.example  old.example", "hash:/etc/postfix/virtual", "legacy.example  old.example")]
    [InlineData("$mydomain, hash:/etc/postfix/domains", "", "$mydomain, hash:/etc/postfix/domains")]
    [InlineData("legacy.example ${virtual_alias_maps}", "hash:/a", "legacy.example, hash:/a")]
    [InlineData("", "hash:/a", "")]
    public void only_the_default_of_the_alias_domains_goes(string present, string maps, string wanted)
    {
        var parameter = new PostfixParameter("virtual_alias_domains", "");
        var inForce = new Dictionary<string, string> { ["virtual_alias_domains"] = present, ["virtual_alias_maps"] = maps };
        Assert.Equal(wanted, parameter.Wanted(inForce));
        inForce["virtual_alias_domains"] = wanted;
        Assert.Equal(wanted, parameter.Wanted(inForce));
    }

    [Theory]
    [InlineData("virtual", "", "lmtp:unix:private/dovecot-lmtp")]
    [InlineData("dovecot:", "", "lmtp:unix:private/dovecot-lmtp")]
    [InlineData("dovecot", "pgsql:/etc/postfix/pgsql-virtual_mailbox_domains.cf", "lmtp:unix:private/dovecot-lmtp")]
    [InlineData("smtp:[relay.example]", "", "smtp:[relay.example]")]
    [InlineData("virtual", "/etc/postfix/vhosts", "virtual")]
    public void a_transport_that_is_used_stays(string present, string domains, string wanted)
    {
        var parameter = new PostfixParameter("virtual_transport", "lmtp:unix:private/dovecot-lmtp");
        Assert.Equal(
            wanted,
            parameter.Wanted(
                new Dictionary<string, string> { ["virtual_transport"] = present, ["virtual_mailbox_domains"] = domains }
            )
        );
    }

    [Theory]
    [InlineData("100", "", "70000")]
    [InlineData("100", "static:5000", "100")]
    [InlineData("5000", "", "5000")]
    [InlineData("80000", "static:80000", "70000")]
    public void a_lower_uid_stays_where_it_is_used(string present, string maps, string wanted)
    {
        var parameter = new PostfixParameter("virtual_minimum_uid", "70000");
        Assert.Equal(
            wanted,
            parameter.Wanted(new Dictionary<string, string> { ["virtual_minimum_uid"] = present, ["virtual_uid_maps"] = maps })
        );
    }

    [Theory]
    [InlineData("mail_location = maildir:~/post", "home/post/cur/1")]
    [InlineData("mail_location = mbox:~/mail:INBOX=@ROOM@/spool/%u", "spool/anna")]
    [InlineData("mail_path = %{home}/x", "home/x/cur/1")]
    [InlineData("mail_inbox_path = @ROOM@/spool/%{user | username}", "spool/anna")]
    [InlineData("", "home/Maildir/new/1")]
    public void mail_is_found_where_dovecot_looks_for_it(string setting, string file)
    {
        using var room = new TempDirectory();
        var config = DovecotConfig.Read("# 2.4.1\n" + setting.Replace("@ROOM@", room.Path, StringComparison.Ordinal) + "\n");
        var user = new SystemUser("anna", room["home"], HasShell: false);
        Directory.CreateDirectory(room["home/mail"]);
        Assert.False(user.HasMail(config));
        Directory.CreateDirectory(Path.GetDirectoryName(room[file])!);
        File.WriteAllText(room[file], "mail");
        Assert.True(user.HasMail(config));
    }

    [Theory]
    [InlineData("pgsql:/etc/postfix/pgsql-virtual-mailbox-domains.cf")]
    [InlineData("proxy:pgsql:/etc/postfix/pgsql-domains.cf")]
    [InlineData("inline:{ { old.example = smtp:[192.0.2.1] } }")]
    [InlineData("pipemap:{pgsql:/etc/postfix/pgsql-transport.cf, inline:{ a = b }}")]
    public void tables_of_others_stay_whole(string table)
    {
        const string Own = "proxy:pgsql:/etc/postfix/pgsql-transport.cf";
        var parameter = new PostfixParameter("transport_maps", Own);
        Dictionary<string, string> InForce(string value) => new() { ["transport_maps"] = value };
        Assert.Equal($"{table}, {Own}", parameter.Wanted(InForce(table)));
        Assert.Equal($"{table}, {Own}", parameter.Wanted(InForce($"{table}, {Own}")));
    }

    [Fact]
    public void a_file_for_a_group_that_is_missing_is_refused() =>
        Assert.Equal(
            "cannot write a file for 'group no-such': there is no such group",
            Assert.Throws<VmmException>(() => ConfigurationWriter.Group("no-such")).Message
        );

    [Theory]
    [InlineData("passdb {\n  driver = pam\n}", true, true)]
    [InlineData("passdb pam {\n}", true, true)]
    [InlineData("passdb {\n  args = /etc/users\n  driver = passwd-file\n}", true, false)]
    [InlineData("passdb {\n  args = /etc/masters\n  driver = passwd-file\n  master = yes\n}", false, false)]
    [InlineData("passdb {\n  args = /etc/denied\n  deny = yes\n  driver = passwd-file\n}", false, false)]
    [InlineData("passdb {\n  args = /etc/dovecot/dovecot-sql.conf.ext\n  driver = sql\n}", false, false)]
    [InlineData("passdb {\n  args = /etc/dovecot/customers-sql.conf.ext\n  driver = sql\n}", true, false)]
    public void other_users_are_those_of_a_passdb_that_is_not_vmms(string block, bool areThere, bool areSystems)
    {
        var config = DovecotConfig.Read($"# 2.3.19\n{block}\n");
        Assert.Equal((areThere, areSystems), (config.HasOtherUsers, config.HasSystemUsers));
    }
}
