using System.Reflection;
using System.Reflection.Emit;

namespace CifarVision.Tests.House;

/// <summary>Reads compiled code: which methods it calls, and which members of TorchSharp create scalars that nothing holds during the native call.</summary>
internal static class TorchCalls
{
    private const int StaticField = -1;
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Members of TorchSharp that return a scalar made of a number, or make one inside and pass it on, themselves or through others.</summary>
    public static IReadOnlySet<MethodBase> Banned { get; } = FindBanned();

    /// <summary>Returns each call of a banned member by an assembly's code that is not held: <c>caller -> member</c>.</summary>
    public static IEnumerable<string> FindIn(IEnumerable<Type> types) => types.SelectMany(Methods).SelectMany(caller => Unheld(caller)
        .Select(called => $"{caller.DeclaringType}.{caller.Name} -> {DocumentationId.Of(called)}"));

    /// <summary>Returns the methods that a method calls.</summary>
    public static IEnumerable<MethodBase> CalledBy(MethodBase method) => Calls(method).Select(call => call.Method);

    /// <summary>Returns the methods and constructors of a type.</summary>
    public static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All));

    private static HashSet<MethodBase> FindBanned()
    {
        Dictionary<MethodBase, MethodBase[]> calls = typeof(Scalar).Assembly.GetTypes().SelectMany(Methods)
            .ToDictionary(method => method, method => Calls(method).Select(call => call.Method).ToArray());
        HashSet<MethodBase> makers = [.. calls.Keys.Where(CreatesScalar)];
        HashSet<MethodBase> banned = [.. makers];
        // Whoever calls one that creates a scalar inside is no better.
        for (int before = 0; before < banned.Count;)
        {
            before = banned.Count;
            banned.UnionWith(calls.Where(call => call.Value.Any(called => banned.Contains(called) || CreatesScalar(called))).Select(call => call.Key));
        }

        return banned;
    }

    private static bool CreatesScalar(MethodBase method) =>
        method is MethodInfo { ReturnType: Type result } && result == typeof(Scalar) && method.GetParameters().All(parameter => parameter.ParameterType != typeof(Scalar));

    // A scalar is held if it goes into a local variable that the method disposes of, or into a static field.
    private static IEnumerable<MethodBase> Unheld(MethodBase caller)
    {
        List<(MethodBase Method, int? Before, int? After)> calls = [.. Calls(caller)];
        HashSet<int?> held = [StaticField, .. calls.Where(call => call.Method.Name == nameof(IDisposable.Dispose)).Select(call => call.Before)];
        held.Remove(null);
        return calls.Where(call => Banned.Contains(call.Method) && !(CreatesScalar(call.Method) && held.Contains(call.After))).Select(call => call.Method);
    }

    /// <summary>The calls, each with the local variable that was loaded just before, and the one that the result is stored in.</summary>
    private static IEnumerable<(MethodBase Method, int? Before, int? After)> Calls(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        int? before = null;
        for (int at = 0; at < il.Length;)
        {
            OpCode code = ReadOpCode(il, ref at);
            int operand = at;
            at += OperandSize(code, il, at);
            if (code.OperandType == OperandType.InlineMethod && method.Module.ResolveMethod(BitConverter.ToInt32(il, operand), ofType, ofMethod) is { } called)
                yield return (called is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : called, before, Stored(il, at));
            before = Local(code, "ldloc", il, operand);
        }
    }

    private static int? Stored(byte[] il, int at)
    {
        if (at >= il.Length)
            return null;
        OpCode next = ReadOpCode(il, ref at);
        return next == OpCodes.Stsfld ? StaticField : Local(next, "stloc", il, at);
    }

    private static int? Local(OpCode code, string instruction, byte[] il, int operand) =>
        !code.Name!.StartsWith(instruction, StringComparison.Ordinal) ? null
        : code.OperandType == OperandType.InlineNone ? code.Name[^1] - '0'
        : code.OperandType == OperandType.ShortInlineVar ? il[operand]
        : BitConverter.ToInt16(il, operand);

    private static OpCode ReadOpCode(byte[] il, ref int at)
    {
        short value = il[at++];
        return OpCodesByValue[value == 0xFE ? (short)(0xFE00 | il[at++]) : value];
    }

    private static int OperandSize(OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => sizeof(int) * (1 + BitConverter.ToInt32(il, at)),
        _ => 4,
    };
}
