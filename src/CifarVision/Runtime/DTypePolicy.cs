namespace CifarVision.Runtime;

/// <summary>In which dtypes a model keeps its weights and computes (Keras: <c>keras.dtype_policies</c>).</summary>
public enum DTypePolicy
{
    /// <summary>Weights and computation in float32. The default, and what every file holds.</summary>
    Float32,

    /// <summary>
    /// Weights, optimizer, loss, softmax and BatchNormalization's statistics in float32, the other computation in bfloat16
    /// (Keras: <c>mixed_bfloat16</c>). On a processor without instructions for bfloat16, convolutions and matrix products go through float32.
    /// </summary>
    MixedBFloat16,

    /// <summary>Weights and computation in float64, for checking gradients and numerics; slow.</summary>
    Float64,

    /// <summary>
    /// <see cref="MixedBFloat16"/> where the device has instructions for bfloat16, else <see cref="Float32"/>. <c>Compile</c> decides; the first
    /// line of the progress says which it was.
    /// </summary>
    Auto,
}
