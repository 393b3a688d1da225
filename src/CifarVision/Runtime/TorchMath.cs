// The only place that may create scalars: each is kept alive until the call has returned.
#pragma warning disable RS0030
namespace CifarVision.Runtime;

/// <summary>
/// Arithmetic between tensors and numbers that is safe while other threads collect garbage. Use it in layers, losses, metrics and optimizers of
/// your own instead of <c>x + y</c>, <c>x + 1</c>, <c>x * 0.5</c> or <c>x.pow(2)</c>.
/// </summary>
/// <remarks>
/// TorchSharp turns each number, and the hidden factor 1 of every addition, into a <see cref="Scalar"/>, passes its native handle on and keeps
/// nothing alive during the call. The scalar has a finalizer, so a garbage collection can free it while libtorch reads it. Every method here
/// holds its scalars until the call has returned. Tensors are kept alive by the dispose scope in which the library calls your code.
/// </remarks>
public static partial class TorchMath
{
    // Static, so alive as long as the process.
    private static readonly Scalar Zero = 0L;
    private static readonly Scalar One = 1L;
    private static readonly Scalar Two = 2L;

    /// <summary>Returns <c>x + y</c>.</summary>
    /// <param name="x">The first term.</param>
    /// <param name="y">The second term, of a shape that broadcasts.</param>
    public static Tensor Add(this Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.add(y, One);
    }

    /// <summary>Returns <c>x + number</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="number">Added to each value.</param>
    public static Tensor Add(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.add(scalar, One);
    }

    /// <summary>Returns <c>x - number</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="number">Subtracted from each value.</param>
    public static Tensor Subtract(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.sub(scalar);
    }

    /// <summary>Returns <c>number - x</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="number">The number from which each value is subtracted.</param>
    public static Tensor SubtractFrom(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.negative().add(scalar, One);
    }

    /// <summary>Returns <c>x * number</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="number">The factor of each value.</param>
    public static Tensor Multiply(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>Returns <c>x / number</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="number">The divisor of each value.</param>
    public static Tensor Divide(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.div(scalar);
    }

    /// <summary>Returns <c>x</c> to the power of <c>exponent</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="exponent">The exponent of each value.</param>
    public static Tensor Power(this Tensor x, double exponent)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = exponent;
        return x.pow(scalar);
    }

    /// <summary>Returns the square of each value.</summary>
    /// <param name="x">The tensor.</param>
    public static Tensor Square(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.pow(Two);
    }

    /// <summary>Returns each value, or the bound that it exceeds.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="min">The least value.</param>
    /// <param name="max">The largest value.</param>
    public static Tensor Clamp(this Tensor x, double min, double max)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar low = min;
        using Scalar high = max;
        return x.clamp(low, high);
    }

    /// <summary>Adds <c>scale * y</c> to <c>x</c>, in place.</summary>
    /// <param name="x">The tensor to change.</param>
    /// <param name="y">The tensor to add, of a shape that broadcasts.</param>
    /// <param name="scale">The factor of <paramref name="y"/>. Default 1.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (scale == 1)
            return x.add_(y, One);
        using Scalar scalar = scale;
        return x.add_(y, scalar);
    }

    /// <summary>Adds a number to each value, in place.</summary>
    /// <param name="x">The tensor to change.</param>
    /// <param name="number">Added to each value.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.add_(scalar, One);
    }

    /// <summary>Multiplies each value by a number, in place.</summary>
    /// <param name="x">The tensor to change.</param>
    /// <param name="number">The factor of each value.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor MultiplyInPlace(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.mul_(scalar);
    }
}
