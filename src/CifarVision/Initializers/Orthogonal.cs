using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>
/// A random orthogonal matrix, which preserves the length of vectors. A kernel (kh, kw, in, out) is treated as the matrix (kh*kw*in, out); if it has more
/// columns than rows, the rows are orthonormal, else the columns.
/// </summary>
/// <remarks>Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear networks", ICLR 2014.</remarks>
public sealed class Orthogonal : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="gain">The factor of the orthogonal matrix. Default 1.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public Orthogonal(double gain = 1, long? seed = null)
        : base(seed)
    {
        Gain = Require.Finite(gain, this);
    }

    /// <summary>The factor of the orthogonal matrix.</summary>
    public double Gain { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["gain"] = Gain, ["seed"] = Seed };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape has fewer than two axes.</exception>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random)
    {
        if (shape.Rank < 2)
            throw new ArgumentException($"Orthogonal: shape must have at least two axes, but was {TensorShape.Format(shape.Dims)}. Use another initializer for a bias.", nameof(shape));
        long columns = shape[^1];
        long rows = shape.ElementCount / columns;
        var normal = new float[shape.ElementCount];
        random.NextNormal(normal);

        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        (Tensor q, Tensor r) = torch.linalg.qr(torch.tensor(normal, [Math.Max(rows, columns), Math.Min(rows, columns)], device: torch.CPU));
        // The signs of Q depend on the algorithm; multiplied by those of R's diagonal, every orthogonal matrix is equally likely.
        q = (q * r.diagonal().sign()).Multiply(Gain);
        if (rows < columns)
            q = q.t();
        MemoryMarshal.Cast<byte, float>(q.contiguous().bytes).CopyTo(values);
    }
}
