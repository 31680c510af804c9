using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;

namespace Vmm.Tests;

/// <summary>
/// An nsd of a test's own, with zones of its own. What is in none of them it refuses, as an authoritative server does.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private readonly TempDirectory directory;
    private readonly Process process;

    private NameServer(int port, Process process, TempDirectory directory) =>
        (Address, this.process, this.directory) = ($"127.0.0.1:{port}", process, directory);

    /// <summary>With the port.</summary>
    public string Address { get; }

    /// <summary>Answers when this returns.</summary>
    /// <param name="zones">Name of the zone and its records; a name server and its own record are added.</param>
    public static async Task<NameServer> StartAsync(params (string Name, string Records)[] zones)
    {
        var directory = new TempDirectory();
        var port = FreePort();
        foreach (var (name, records) in zones)
        {
            await File.WriteAllTextAsync(
                directory[name + ".zone"],
                $"$ORIGIN {name}.\n$TTL 60\n@ IN SOA ns.{name}. root.{name}. 1 60 60 60 60\n@ IN NS ns\nns IN A "
                    + $"127.0.0.1\n{records}\n"
            );
        }

        await File.WriteAllTextAsync(
            directory["nsd.conf"],
            $"""
            server:
              ip-address: 127.0.0.1
              port: {port}
              username: ""
              database: ""
              zonesdir: "{directory.Path}"
              pidfile: "{directory["pid"]}"
              zonelistfile: "{directory["list"]}"
              xfrdfile: ""
              xfrdir: "{directory.Path}"
              logfile: "{directory["log"]}"
            remote-control:
              control-enable: no
            {string.Concat(zones.Select(z => $"zone:\n  name: {z.Name}\n  zonefile: {z.Name}.zone\n"))}
            """);
        (await Run.ProgramAsync("/usr/sbin/nsd-checkconf", [directory["nsd.conf"]])).Succeeded();
        var process = Run.Start("/usr/sbin/nsd", ["-d", "-c", directory["nsd.conf"]]);
        var server = new NameServer(port, process, directory);
        Assert.True(
            await MailServer.EventuallyAsync(
                () =>
                    File.Exists(directory["log"])
                    && File.ReadAllText(directory["log"]).Contains("nsd started", StringComparison.Ordinal),
                60
            ),
            "nsd did not start"
        );
        return server;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        directory.Dispose();
    }

    private static int FreePort()
    {
        var used = IPGlobalProperties
            .GetIPGlobalProperties()
            .GetActiveUdpListeners()
            .Concat(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners())
            .Select((IPEndPoint e) => e.Port)
            .ToHashSet();
        return Enumerable.Range(0, 1000).Select(_ => Random.Shared.Next(34000, 35000)).First(p => !used.Contains(p));
    }
}
