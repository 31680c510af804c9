using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vmm.Tests.FailureModes;

/// <summary>
/// A PostgreSQL server that is reached over TCP, with TLS or without, under names that only the programs of a test know; and two
/// authorities, one of which has signed its certificate.
/// </summary>
public sealed class TlsServer : IAsyncLifetime
{
    /// <summary>The name that its certificate is for.</summary>
    internal const string Name = "db.example.net";

    /// <summary>A name that leads to it and is not in its certificate.</summary>
    internal const string OtherName = "other.example.net";

    private readonly TempDirectory directory = new();

    /// <summary>One of the millions of loopback addresses, where nobody else has port 5432.</summary>
    internal string Address { get; } =
        $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(2, 255)}";

    internal PostgresCluster Cluster { get; private set; } = null!;

    /// <summary>The certificate of the authority that signed the server's.</summary>
    internal string Authority => directory["authority.crt"];

    /// <summary>One that did not.</summary>
    internal string OtherAuthority => directory["other.crt"];

    public async ValueTask InitializeAsync()
    {
        Cluster = new PostgresCluster(Address);
        using var authority = MakeAuthority("authority");
        using var other = MakeAuthority("other");
        var data = Cluster.Socket + "/data";
        MakeCertificate(authority, data);
        (await Run.ShellAsync($"cd {data} && chown postgres server.crt server.key && chmod 0600 server.key")).Succeeded();
        await File.WriteAllTextAsync(directory["hosts"], $"{Address} {Name} {OtherName} localhost\n");
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        directory.Dispose();
    }

    /// <summary>Switches TLS on or off.</summary>
    /// <param name="tls">Whether the server offers it.</param>
    /// <param name="required">Whether it accepts nothing else over TCP.</param>
    /// <param name="method">How it authenticates over TCP.</param>
    internal async Task UseAsync(bool tls, bool required = false, string method = "trust")
    {
        await Cluster.ExecuteAsync("postgres", "postgres", $"ALTER SYSTEM SET ssl = {(tls ? "on" : "off")}");
        await File.WriteAllTextAsync(
            Cluster.Socket + "/data/pg_hba.conf",
            $"local all all trust\n{(required ? "hostssl" : "host")} all all 127.0.0.0/8 {method}\n");
        await Cluster.ReloadAsync();
    }

    /// <summary>Runs vmm where the names of this server are known.</summary>
    internal Task<Outcome> VmmAsync(World world, string? authority, params string[] arguments)
    {
        // Nobody's own ~/.postgresql/root.crt.
        var environment = new Dictionary<string, string>(world.Environment) { ["HOME"] = "/nonexistent" };
        if (authority is not null)
        {
            environment["PGSSLROOTCERT"] = authority;
        }

        string[] script = ["-c", $"mount --bind {directory["hosts"]} /etc/hosts && exec \"$@\"", "bash", Repository.Binary];
        return Run.ProgramAsync("unshare", ["-m", "bash", .. script, .. arguments], environment: environment);
    }

    private static CertificateRequest Request(string name, ECDsa key) => new($"CN={name}", key, HashAlgorithmName.SHA256);

    private X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(directory[name + ".crt"], made.ExportCertificatePem());
        return made;
    }

    private static void MakeCertificate(X509Certificate2 authority, string place)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(Name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var made = request.Create(
            authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(place + "/server.crt", made.ExportCertificatePem());
        File.WriteAllText(place + "/server.key", key.ExportPkcs8PrivateKeyPem());
    }
}
