using System.Reflection;
using Vmm.Tests.Install;

namespace Vmm.Tests;

/// <summary>What a test needs besides the build: the trait "needs", found out from what its code calls.</summary>
internal static class Needs
{
    public const string Trait = "needs";

    /// <summary>Nothing: such a test runs as any user on any machine. ./test.sh --fast runs these.</summary>
    public const string Nothing = "nothing";

    /// <summary>Programs of the system, or root.</summary>
    public const string TheSystem = "system";

    /// <summary>The published program, or a database server.</summary>
    public const string World = "world";

    /// <summary>Postfix and Dovecot.</summary>
    public const string MailServer = "mail-server";

    private static readonly string[] Rising = [Nothing, TheSystem, World, MailServer];

    private static readonly MethodBase Binary = typeof(Repository).GetProperty(nameof(Repository.Binary))!.GetMethod!;

    /// <summary>The most that a test needs: one of the four.</summary>
    public static string Of(Type type, MethodInfo test)
    {
        var fixtures = Fixtures(type).ToList();
        var reached = MethodBodies.Reached([test, .. Around(type), .. Data(type, test), .. fixtures.SelectMany(MethodBodies.Of)]);
        var types = reached.Select(m => m.DeclaringType!).Concat(fixtures).ToHashSet();
        return fixtures.Any(IsServer) || reached.Any(m => m.IsConstructor && IsServer(m.DeclaringType!)) ? MailServer
            : types.Contains(typeof(PostgresCluster)) || reached.Contains(Binary) ? World
            : types.Contains(typeof(Run)) ? TheSystem
            : Nothing;
    }

    /// <summary>Who needs several has the last of them, which includes the others.</summary>
    public static string Most(IEnumerable<string> needs) => needs.MaxBy(n => Array.IndexOf(Rising, n))!;

    private static bool IsServer(Type type) => type.IsAssignableTo(typeof(MailServer)) || type == typeof(PrivateSystem);

    /// <summary>What runs before and after each test of a class.</summary>
    private static IEnumerable<MethodBase> Around(Type type) =>
        type.GetConstructors()
            .Concat<MethodBase>(type.GetMethods().Where(m => m.Name is "InitializeAsync" or "DisposeAsync" or "Dispose"))
            .Where(m => m.Module == type.Module);

    /// <summary>What the data of a theory is made by.</summary>
    private static IEnumerable<MethodBase> Data(Type type, MethodInfo test) =>
        test.GetCustomAttributes<MemberDataAttribute>()
            .SelectMany(d =>
                (d.MemberType ?? type).GetMember(
                    d.MemberName,
                    BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy
                )
            )
            .Select(m => m is PropertyInfo property ? property.GetMethod : m as MethodBase)
            .OfType<MethodBase>();

    /// <summary>
    /// The types that xunit makes for the class. The cluster is not among them: it starts for who asks it for something.
    /// </summary>
    private static IEnumerable<Type> Fixtures(Type type) =>
        type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType)
            .Concat(type.GetInterfaces().Where(i => i.IsGenericType).SelectMany(i => i.GetGenericArguments()))
            .Where(t => t.Assembly == type.Assembly && t != typeof(PostgresCluster));
}
