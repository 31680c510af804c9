using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Vmm.Tests;

/// <summary>What the methods of this assembly call: read from their compiled bodies, so that nobody has to say it.</summary>
internal static class MethodBodies
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Module Tests = typeof(MethodBodies).Module;
    private static readonly Type[] Types = Tests.GetTypes();
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    private static readonly Dictionary<MethodBase, List<MethodBase>> Known = [];

    /// <summary>All methods and constructors that a type declares.</summary>
    public static IEnumerable<MethodBase> Of(Type type) => type.GetMembers(Declared).OfType<MethodBase>();

    /// <summary>All methods of this assembly that can run when these do, and these.</summary>
    public static HashSet<MethodBase> Reached(IEnumerable<MethodBase> from)
    {
        var reached = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(from);
        while (open.TryPop(out var method))
        {
            if (reached.Add(method))
            {
                Called(method).ForEach(open.Push);
            }
        }

        return reached;
    }

    private static List<MethodBase> Called(MethodBase method)
    {
        // What is inherited from elsewhere calls nothing of ours.
        if (method.Module != Tests)
        {
            return [];
        }

        if (!Known.TryGetValue(method, out var called))
        {
            called = [.. Tokens(method).SelectMany(Resolved), .. StateMachine(method)];
            // Who touches a type runs its static initializers.
            called.AddRange([.. called.Append(method).Select(m => m.DeclaringType?.TypeInitializer).OfType<MethodBase>()]);
            Known[method] = called;
        }

        return called;
    }

    // The body of an async method or an iterator is another type's.
    private static IEnumerable<MethodBase> StateMachine(MethodBase method) =>
        method.GetCustomAttribute<StateMachineAttribute>() is { } machine ? Of(machine.StateMachineType) : [];

    private static IEnumerable<MethodBase> Resolved((int Token, MethodBase In) reference)
    {
        var type = reference.In.DeclaringType!;
        var member = Tests.ResolveMember(
            reference.Token,
            type.IsGenericType ? type.GetGenericArguments() : null,
            reference.In.IsGenericMethod ? reference.In.GetGenericArguments() : null);
        if (member is FieldInfo { DeclaringType: { } owner } && owner.Module == Tests && owner.TypeInitializer is { } initializer)
        {
            return [initializer];
        }

        if (member is not MethodBase method || method.Module != Tests)
        {
            return [];
        }

        // Without type arguments, as the types of the assembly have it.
        var plain = Tests.ResolveMethod(method.MetadataToken)!;
        return plain.IsVirtual ? Overrides(plain).Prepend(plain) : [plain];
    }

    private static IEnumerable<MethodBase> Overrides(MethodBase method) =>
        Types.Where(t => t != method.DeclaringType && method.DeclaringType!.IsAssignableFrom(t))
            .SelectMany(t => t.GetMember(method.Name, MemberTypes.Method, Declared)).Cast<MethodBase>();

    /// <summary>The tokens of methods and fields in a body.</summary>
    private static IEnumerable<(int Token, MethodBase In)> Tokens(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | code[at++]);
            }

            var operand = Codes[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok)
            {
                yield return (BitConverter.ToInt32(code, at), method);
            }

            at += Size(operand, code, at);
        }
    }

    private static int Size(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
