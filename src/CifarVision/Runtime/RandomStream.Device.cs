namespace CifarVision.Runtime;

/// <content>
/// Tensors of random numbers. A graphics card computes them from seed and counter, so that nothing is copied to it within a training step. They are
/// those of the methods for arrays: uniform numbers and masks bit for bit, normal ones to within rounding.
/// </content>
public sealed partial class RandomStream
{
    // The inverse of Golden modulo 2^64: Mix(key + n * Golden) = Mix(Golden * (key * GoldenInverse + n)), which saves an addition.
    private const ulong GoldenInverse = 0xF1DE83E19937733D;

    /// <summary>The n of the next word, Mix(Golden * n), as int64.</summary>
    internal long NextIndex
    {
        get
        {
            FollowSeed();
            return unchecked((long)((_key * GoldenInverse) + _counter + 1));
        }
    }

    /// <summary>Draws a vector of float32 numbers uniformly from [low, high).</summary>
    internal Tensor NextUniform(long count, double low, double high, Device device)
    {
        if (!DrawsOnHost(device))
            return DrawUniform(count, low, high, device);
        var values = new float[count];
        NextUniform(values, low, high);
        return torch.tensor(values, device: device);
    }

    /// <summary>Computes on the device what <see cref="NextUniform(Span{float}, double, double)"/> does on the CPU.</summary>
    internal Tensor DrawUniform(long count, double low, double high, Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (float offset, float scale, float largest) = UniformRange(low, high);
        // Each operation rounds once, as on the CPU.
        Tensor whole = NextWords(count, device, onlyUpperBits: true).ShiftRightInPlace(40).to(ScalarType.Float32);
        return scope.MoveToOuter(whole.MultiplyInPlace(scale).AddInPlace(offset).ClampMaxInPlace(largest));
    }

    /// <summary>Computes on the device what <see cref="NextNormal(Span{float}, double, double)"/> does on the CPU.</summary>
    internal Tensor DrawNormal(long count, double mean, double standardDeviation, Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        if (count == 0)
            return scope.MoveToOuter(torch.zeros(0, ScalarType.Float32, device));
        Tensor pairs = NextWords(count + (count & 1), device).ShiftRightInPlace(11).reshape(-1, 2);
        Tensor radius = pairs.select(1, 0).to(ScalarType.Float64).AddInPlace(1).MultiplyInPlace(Ulp53).log().MultiplyInPlace(-2).sqrt();
        Tensor angle = pairs.select(1, 1).to(ScalarType.Float64).MultiplyInPlace(2 * Math.PI * Ulp53);
        Tensor normal = torch.stack([radius * angle.cos(), radius * angle.sin()], 1).flatten().narrow(0, 0, count);
        return scope.MoveToOuter(normal.MultiplyInPlace(standardDeviation).AddInPlace(mean).to(ScalarType.Float32));
    }

    // Apple's MPS has no float64, and its kernels for integers of 64 bits are not known to wrap.
    private static bool DrawsOnHost(Device device) => device.type is DeviceType.CPU or DeviceType.MPS;

    /// <summary>Draws words of 64 random bits, as int64.</summary>
    /// <param name="count">The number of words.</param>
    /// <param name="device">Where to compute them.</param>
    /// <param name="onlyUpperBits">Whether only bits 33 to 63 are needed, which the last step of the mixing leaves as they are.</param>
    private Tensor NextWords(long count, Device device, bool onlyUpperBits = false)
    {
        long first = NextIndex;
        _counter += (ulong)count;
        unchecked
        {
            Tensor z = TorchMath.ArangeWrapping(first, count, device).MultiplyInPlace((long)Golden);
            z = XorShift(z, 30).MultiplyInPlace((long)0xBF58476D1CE4E5B9);
            z = XorShift(z, 27).MultiplyInPlace((long)0x94D049BB133111EB);
            return onlyUpperBits ? z : XorShift(z, 31);
        }
    }

    private static Tensor XorShift(Tensor z, int bits) => z.bitwise_xor_(z.ShiftRight(bits));
}
