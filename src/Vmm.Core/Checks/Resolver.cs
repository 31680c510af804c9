using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Vmm.Core.Checks;

/// <summary>An answer of the domain name system.</summary>
/// <param name="Exists">Whether the name is there, with or without records of the type.</param>
/// <param name="Records">May be records of a name that it is another name for.</param>
internal sealed record DnsAnswer(bool Exists, IReadOnlyList<DnsResourceRecord> Records);

/// <summary>The name server that is asked.</summary>
internal sealed class Resolver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LookupClient client;

    private Resolver(IReadOnlyList<NameServer> servers)
    {
        client = new LookupClient(new LookupClientOptions([.. servers])
        {
            Timeout = Patience,
            Retries = 1,
            UseCache = true,
            CacheFailedResults = false,
        });
        Name = string.Join(", ", servers);
    }

    /// <summary>Addresses and ports.</summary>
    internal string Name { get; }

    /// <summary>Whether there was an answer to anything yet; an error is one.</summary>
    internal bool Answered { get; private set; }

    /// <summary>
    /// The one of this address, with a port if need be; without an address the system's, or null where it has none.
    /// </summary>
    internal static Resolver? Find(string address)
    {
        if (address.Length > 0)
        {
            var hasNoPort = IPAddress.TryParse(address, out var alone);
            return new Resolver([hasNoPort ? new NameServer(alone!) : new NameServer(IPEndPoint.Parse(address))]);
        }

        // Never a resolver that nobody has chosen.
        var servers = NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false);
        return servers.Count == 0 ? null : new Resolver([.. servers]);
    }

    /// <summary>The records of a name.</summary>
    /// <exception cref="DnsResponseException">No answer, or none that says whether there is such a name.</exception>
    internal DnsAnswer Ask(string name, QueryType type, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var response = client.Query(name, type);
        Answered = true;
        return response.Header.ResponseCode switch
        {
            DnsHeaderResponseCode.NoError => new DnsAnswer(true, response.Answers),
            DnsHeaderResponseCode.NotExistentDomain => new DnsAnswer(false, []),
            var code => throw new DnsResponseException((DnsResponseCode)code),
        };
    }
}
