using System.Diagnostics;
using Vmm.Tests.Install;

namespace Vmm.Tests;

/// <summary>
/// The same on Debian 13, with its PostgreSQL 17, Postfix 3.10 and Dovecot 2.4: a trial in the directory that tests/debian-13.sh
/// made. That one is mounted
/// read-only in a mount namespace; what is written lies in a directory that has the same path on both systems. The ports of
/// 127.0.0.1 are the machine's.
/// </summary>
public sealed class Debian13MailServer : ShippedMailServer
{
    /// <summary>Where ./test.sh --all says that the other system is.</summary>
    private const string Variable = "VMM_DEBIAN_13";

    /// <summary>The directory that has the other system.</summary>
    internal static string Root =>
        Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException($"${Variable} is not set: run ./test.sh --all");

    private readonly string root = Root;
    private Process? holder;

    private protected override string Repository => "/mnt";

    private protected override string Binary => "/media/" + Path.GetFileName(Tests.Repository.Binary);

    public override async ValueTask InitializeAsync()
    {
        var script = $"""
            set -e
            {PrivateSystem.MountOther(root, Room.Path)}
            echo ready
            exec sleep 7200
            """;
        holder = Run.Start("unshare", ["--mount", "--propagation", "private", "/bin/bash", "-c", script]);
        var said = await holder.StandardOutput.ReadLineAsync();
        Assert.True(said == "ready", said == "ready" ? "" : await holder.StandardError.ReadToEndAsync());
        await base.InitializeAsync();
    }

    internal override Task<Outcome> ProgramAsync(string file, IEnumerable<string> arguments, string? input = null) =>
        Run.ProgramAsync("nsenter", ["--target", $"{holder!.Id}", "--mount", "chroot", root, file, .. arguments], input);

    private protected override async Task StopAsync()
    {
        await base.StopAsync();
        holder!.Kill();
        await holder.WaitForExitAsync();
        holder.Dispose();
    }
}
