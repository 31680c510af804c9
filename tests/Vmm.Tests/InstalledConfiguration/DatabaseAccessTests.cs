namespace Vmm.Tests.InstalledConfiguration;

/// <summary>How the files of Postfix reach the database: the older lines of a map cannot say everything.</summary>
public static class DatabaseAccessTests
{
    [Theory]
    [InlineData("/run/postgresql", 5432, "hosts = unix:/run/postgresql unix:/run/postgresql")]
    [InlineData("/run/postgresql", 5433, "hosts = postgresql://postfix:secret@:5433/mailsys?host=%2Frun%2Fpostgresql&")]
    [InlineData("db.example.com", 5432, "hosts = db.example.com db.example.com")]
    [InlineData("db.example.com", 5433, "hosts = db.example.com:5433 db.example.com:5433")]
    public static void a_map_of_postfix_names_the_port_that_vmm_uses(string host, int port, string expected)
    {
        var access = new DatabaseAccess(new DatabaseOptions(host, port, "mailsys", "vmm", "", "prefer"));
        Assert.StartsWith(expected, access.PostfixMap(new MailVersion(3, 7), RoleSecret.Known("secret")), StringComparison.Ordinal);
    }
}
