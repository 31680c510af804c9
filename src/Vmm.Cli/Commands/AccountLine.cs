using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Core.Administration;
using Vmm.Core.Passwords;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>An account as a line of a file says it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Password">As in the file, or generated.</param>
/// <param name="Name">Real name, or null.</param>
/// <param name="Note">Remark, or null.</param>
internal sealed record AccountLine(EmailAddress Address, LinePassword Password, string? Name, string? Note)
{
    /// <summary>Its own quota; null for the domain's.</summary>
    internal Quota? Quota { get; init; }

    /// <summary>Its own services; null for the domain's.</summary>
    internal ServiceSet? Services { get; init; }

    /// <summary>Hashes what has to be hashed, on all processors: a hash takes milliseconds, on purpose.</summary>
    internal static Bulk<AccountLine> Hash(Asking asking, Bulk<AccountLine> bulk)
    {
        var plain = bulk.Lines.Select(l => l.Item).Where(l => l.Password.Hash is null).ToList();
        var cost = asking.Settings.HashCost;
        var done = 0;
        using var interruptible = new Interruptible(asking.Terminal, () => { });
        Parallel.ForEach(plain, line =>
        {
            line.Password.Hash = PasswordHasher.Hash(line.Password.Scheme, line.Password.Text, line.Address, cost);
            lock (plain)
            {
                bulk.Progress("hashing passwords", ++done, plain.Count);
            }
        });
        return bulk;
    }

    /// <summary>For the database.</summary>
    internal NewAccount ToNew() => new(Address, Password.Hash!, Note) { Name = Name, Quota = Quota, Services = Services };
}
