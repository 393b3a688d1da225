// The only place that may create scalars: each is kept alive until the call has returned.
#pragma warning disable RS0030
namespace CifarVision.Runtime;

// The methods that only the library needs. Overloads that take a long preserve integer dtypes.
public static partial class TorchMath
{
    /// <summary>Returns <c>number - x</c>.</summary>
    internal static Tensor SubtractFrom(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.negative().add(scalar, One);
    }

    /// <summary>Returns <c>x * number</c>.</summary>
    internal static Tensor Multiply(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>Returns the remainder of the division by a number, with the sign of the number.</summary>
    internal static Tensor Remainder(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.remainder(scalar);
    }

    /// <summary>Returns each value, or the bound that it exceeds.</summary>
    internal static Tensor Clamp(this Tensor x, long min, long max)
    {
        using Scalar low = min;
        using Scalar high = max;
        return x.clamp(low, high);
    }

    /// <summary>Returns each value, or <paramref name="min"/> where it is less.</summary>
    internal static Tensor ClampMin(this Tensor x, double min)
    {
        using Scalar scalar = min;
        return x.clamp_min(scalar);
    }

    /// <summary>Returns each value, or <paramref name="max"/> where it is greater.</summary>
    internal static Tensor ClampMax(this Tensor x, double max)
    {
        using Scalar scalar = max;
        return x.clamp_max(scalar);
    }

    /// <summary>Returns whether each value is greater than a number.</summary>
    internal static Tensor IsGreaterThan(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.gt(scalar);
    }

    /// <summary>Returns whether each value is greater than or equal to a number.</summary>
    internal static Tensor IsAtLeast(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.ge(scalar);
    }

    /// <summary>Returns whether each value is less than a number.</summary>
    internal static Tensor IsLessThan(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.lt(scalar);
    }

    /// <summary>Returns whether each value is not 0.</summary>
    internal static Tensor IsNotZero(this Tensor x) => x.ne(Zero);

    /// <summary>Returns <c>x</c>, or a number where the mask is set.</summary>
    internal static Tensor FillWhere(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number;
        return x.masked_fill(mask, scalar);
    }

    /// <summary>Returns <c>x</c>, or <c>slope * x</c> where it is negative.</summary>
    internal static Tensor LeakyRelu(this Tensor x, double slope)
    {
        using Scalar scalar = slope;
        return x.leaky_relu(scalar);
    }

    /// <summary>Returns <c>x</c>, or <c>alpha * (e^x - 1)</c> where it is negative.</summary>
    internal static Tensor Elu(this Tensor x, double alpha = 1)
    {
        using Scalar scalar = alpha;
        return x.elu(scalar, One, One);
    }

    /// <summary>Returns <c>log(e^x + 1)</c>. TorchSharp's own softplus creates two scalars and takes none.</summary>
    internal static Tensor Softplus(this Tensor x) => torch.nn.functional.logsigmoid(x.negative()).negative();

    /// <summary>Returns each value, or <paramref name="max"/> where it is greater, in place.</summary>
    internal static Tensor ClampMaxInPlace(this Tensor x, double max)
    {
        using Scalar scalar = max;
        return x.clamp_max_(scalar);
    }

    /// <summary>Multiplies each integer by a number, in place; the product wraps.</summary>
    internal static Tensor MultiplyInPlace(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.mul_(scalar);
    }

    /// <summary>Returns the bits of each int64, shifted to the right; zeros take their place.</summary>
    internal static Tensor ShiftRight(this Tensor x, int bits)
    {
        using Tensor places = torch.tensor((long)bits, device: torch.CPU);
        return x.bitwise_right_shift(places).AndInPlace(long.MaxValue >> (bits - 1));
    }

    /// <summary>Shifts the bits of each int64 to the right, in place; zeros take their place.</summary>
    internal static Tensor ShiftRightInPlace(this Tensor x, int bits)
    {
        using Tensor places = torch.tensor((long)bits, device: torch.CPU);
        return x.bitwise_right_shift_(places).AndInPlace(long.MaxValue >> (bits - 1));
    }

    /// <summary>Sets the bits of each int64 that a mask lacks to 0, in place.</summary>
    /// <remarks>The mask is a tensor without axes, which torch passes to a kernel of any device by value.</remarks>
    internal static Tensor AndInPlace(this Tensor x, long mask)
    {
        using Tensor bits = torch.tensor(mask, device: torch.CPU);
        return x.bitwise_and_(bits);
    }

    /// <summary>Returns the int64 numbers from <paramref name="start"/> up to <paramref name="end"/>, exclusive.</summary>
    internal static Tensor Arange(long start, long end, long step, Device device)
    {
        using Scalar first = start;
        using Scalar last = end;
        using Scalar by = step;
        return torch.arange(first, last, by, ScalarType.Int64, device);
    }

    /// <summary>Returns the int64 numbers from <paramref name="start"/> on; after the greatest comes the least.</summary>
    internal static Tensor ArangeWrapping(long start, long count, Device device)
    {
        if (start <= long.MaxValue - count)
            return Arange(start, start + count, 1, device);
        using Scalar offset = start;
        return Arange(0, count, 1, device).add_(offset, One);
    }

    /// <summary>Returns the integers from 0 up to <paramref name="count"/>, exclusive.</summary>
    internal static Tensor Arange(long count, ScalarType type, Device device)
    {
        using Scalar end = count;
        return torch.arange(Zero, end, One, type, device);
    }

    /// <summary>Returns a tensor of one value, in the type, shape and memory order of another.</summary>
    internal static Tensor FullLike(Tensor x, long value)
    {
        using Scalar scalar = value;
        return torch.full_like(x, scalar);
    }

    /// <summary>Returns a vector of one value.</summary>
    internal static Tensor Full(long count, double value, ScalarType type, Device device)
    {
        using Scalar scalar = value;
        return torch.full(count, scalar, type, device);
    }

    /// <summary>Returns a vector of numbers. Kernels take them by value, so nothing is copied to the device.</summary>
    internal static Tensor Vector(IReadOnlyList<double> values, ScalarType type, Device device) => torch.cat([.. values.Select(value => Full(1, value, type, device))]);

    /// <summary>Returns the product of the rows of a tensor, (..., n), and a matrix, (n, m).</summary>
    /// <remarks>Not <c>matmul</c>, whose native function does not catch torch's exceptions, which end the process.</remarks>
    internal static Tensor MatrixMultiply(this Tensor x, Tensor matrix) => x.dim() == 2
        ? x.mm(matrix)
        : x.reshape(-1, x.shape[^1]).mm(matrix).reshape([.. x.shape.AsSpan()[..^1], matrix.shape[1]]);

    /// <summary>Sets each value to a number, in place.</summary>
    internal static Tensor FillInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.fill_(scalar);
    }

    /// <summary>Divides each value by a number, in place.</summary>
    internal static Tensor DivideInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.div_(scalar);
    }

    /// <summary>Adds <c>scale * y * z</c> to <c>x</c>, in place.</summary>
    internal static Tensor AddProductInPlace(this Tensor x, Tensor y, Tensor z, double scale)
    {
        using Scalar scalar = scale;
        return x.addcmul_(y, z, scalar);
    }

    /// <summary>Adds <c>scale * y / z</c> to <c>x</c>, in place.</summary>
    internal static Tensor AddQuotientInPlace(this Tensor x, Tensor y, Tensor z, double scale)
    {
        using Scalar scalar = scale;
        return x.addcdiv_(y, z, scalar);
    }
}
