using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// The base class of layers such as <see cref="RandomFlip"/>, which change images at random in training and return them unchanged otherwise. For one of your
/// own, implement <see cref="Augment"/> with random numbers from <see cref="Layer.Random"/>. Exports omit such layers. (N, H, W, C) -> (N, H, W, C).
/// </summary>
public abstract class Augmentation : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="name">The name, unique in a model. By default Keras' snake-case name of the class, numbered.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    protected Augmentation(string? name = null, long? seed = null)
        : base(name, seed) => Seed = seed;

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    /// <inheritdoc/>
    protected sealed override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => RequireImages(inputShape, GetType().Name);

    /// <summary>Augments the images of a training batch.</summary>
    /// <param name="x">(N, H, W, C), of <see cref="Layer.ComputeType"/>.</param>
    /// <returns>Images of the same shape.</returns>
    protected abstract Tensor Augment(Tensor x);

    /// <inheritdoc/>
    protected sealed override Tensor ForwardCore(Tensor x, bool training) => training ? Augment(x) : x;

    /// <summary>Returns the shape after checking that it is that of an image.</summary>
    /// <exception cref="ArgumentException">The shape is not that of an image.</exception>
    internal static TensorShape RequireImages(TensorShape shape, string layer) => shape.Rank == 3
        ? shape
        : throw new ArgumentException($"{layer}: expected input of rank 4 (batch, height, width, channels), but was {shape}. Give it images.");

    /// <summary>Returns the range of pixel values after checking it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not finite.</exception>
    private protected static (double Low, double High) RequireValueRange((double Low, double High) valueRange, string layer) => valueRange.Low < valueRange.High && double.IsFinite(valueRange.High - valueRange.Low)
        ? valueRange
        : throw new ArgumentOutOfRangeException(nameof(valueRange), FormattableString.Invariant($"{layer}: valueRange must be a least and a greater value, but was ({valueRange.Low}, {valueRange.High})."));

    /// <summary>Returns the row or column indices of an image: (1, H, 1) or (1, 1, W), float32.</summary>
    private protected static Tensor Places(Tensor images, int axis)
    {
        long length = images.shape[axis];
        return TorchMath.Arange(length, ScalarType.Float32, images.device).reshape(axis == 1 ? [1, length, 1] : [1, 1, length]);
    }
}
