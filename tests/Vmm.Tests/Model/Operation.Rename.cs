using CsCheck;

namespace Vmm.Tests.Model;

/// <summary>The commands that rename.</summary>
internal sealed partial record Operation
{
    private static Gen<Operation> Renames()
    {
        var left = Pick.From(OldName.Alias, OldName.Relocated, OldName.Nothing);
        return Gen.Frequency(
            (3, Gen.Select(Address, Address, left, UserRename)),
            (2, Gen.Select(Address, Address, left, AliasRename)),
            (1, Gen.Select(Domain, Name, left.Where(l => l != OldName.Relocated), DomainRename)));
    }

    private static Operation UserRename(string old, string @new, OldName left) =>
        new(
            $"userrename {old} {@new} --leave {Word(left)}",
            s => AccountRename.Run(s, EmailAddress.Refer(old), EmailAddress.Parse(@new), left, null),
            m => m.UserRename(old, @new, left)
        );

    private static Operation AliasRename(string old, string @new, OldName left) =>
        new(
            $"aliasrename {old} {@new} --leave {Word(left)}",
            s => Vmm.Core.Administration.AliasRename.Run(s, EmailAddress.Refer(old), EmailAddress.Parse(@new), left),
            m => m.AliasRename(old, @new, left)
        );

    private static Operation DomainRename(string old, string @new, OldName left) =>
        new(
            $"domainrename {old} {@new} --leave {Word(left)}",
            s => Vmm.Core.Administration.DomainRename.Run(s, DomainName.Refer(old), DomainName.Parse(@new), left),
            m => m.DomainRename(old, @new, left)
        );

    private static string Word(OldName left) => $"{left}".ToLowerInvariant();
}
