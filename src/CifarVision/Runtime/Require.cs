using System.Globalization;
using System.Runtime.CompilerServices;

namespace CifarVision.Runtime;

/// <summary>Checks arguments and returns them. The owner is the object whose class the message names.</summary>
internal static class Require
{
    public static double Finite(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        double.IsFinite(value) ? value : throw OutOfRange(value, owner, argument, "finite");

    public static double AtLeastZero(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value >= 0 && float.IsFinite((float)value) ? value : throw OutOfRange(value, owner, argument, "at least 0");

    public static double Positive(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value > 0 && float.IsFinite((float)value) ? value : throw OutOfRange(value, owner, argument, "more than 0");

    public static double AtLeastOne(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value >= 1 && float.IsFinite((float)value) ? value : throw OutOfRange(value, owner, argument, "at least 1");

    public static double Fraction(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value is >= 0 and <= 1 ? value : throw OutOfRange(value, owner, argument, "from 0 to 1");

    /// <summary>For decay rates of averages with bias correction, since 1 - rate^t must not be 0.</summary>
    public static double FractionBelowOne(double value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value is >= 0 and < 1 ? value : throw OutOfRange(value, owner, argument, "at least 0 and less than 1");

    public static long AtLeast(long minimum, long value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        value >= minimum ? value : throw OutOfRange(value, owner, argument, FormattableString.Invariant($"at least {minimum}"));

    public static int AtLeast(int minimum, int value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "") =>
        (int)AtLeast((long)minimum, value, owner, argument);

    /// <summary>For values of an enum, which may be any number.</summary>
    public static T Defined<T>(T value, object owner, [CallerArgumentExpression(nameof(value))] string argument = "")
        where T : struct, Enum
    {
        if (Enum.IsDefined(value))
            return value;
        string[] names = Enum.GetNames<T>();
        throw OutOfRange(value, owner, argument, $"{string.Join(", ", names[..^1])} or {names[^1]}");
    }

    // Larger numbers are infinite in float32, which torch refuses in the middle of an update.
    private static ArgumentOutOfRangeException OutOfRange(IFormattable value, object owner, string argument, string rule) =>
        new(argument, $"{owner.GetType().Name}: {argument} must be {rule}{(value is > (double)float.MaxValue ? FormattableString.Invariant($" and at most {float.MaxValue}, the largest float32") : "")}, but was {value.ToString(null, CultureInfo.InvariantCulture)}.");
}
