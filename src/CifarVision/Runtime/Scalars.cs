namespace CifarVision.Runtime;

/// <summary>Numbers for torch that stay alive while it reads them.</summary>
/// <remarks>
/// TorchSharp hands torch a pointer into a <see cref="Scalar"/> and lets go of the object: a garbage collection during the call frees it, and
/// torch then reads freed memory: an error, or another number. So each thread keeps hold of its last ones, of which no call takes
/// more than a few. A test finds numbers that reach torch by any other way.
/// </remarks>
internal static class Scalars
{
    private const int Held = 16;

    [ThreadStatic]
    private static Scalar[]? _latest;

    [ThreadStatic]
    private static int _count;

    /// <summary>The number, for the next call into torch from this thread.</summary>
    public static Scalar Kept(this double value) => Hold(value);

    /// <inheritdoc cref="Kept(double)"/>
    public static Scalar Kept(this long value) => Hold(value);

    /// <inheritdoc cref="Kept(double)"/>
    public static Scalar Kept(this int value) => Hold(value);

    private static Scalar Hold(Scalar value)
    {
        _latest ??= new Scalar[Held];
        return _latest[_count = (_count + 1) % Held] = value;
    }
}
