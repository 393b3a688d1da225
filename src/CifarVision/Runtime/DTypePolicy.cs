namespace CifarVision.Runtime;

/// <summary>The dtypes of weights and of computation (Keras: <c>keras.dtype_policies</c>).</summary>
public enum DTypePolicy
{
    /// <summary>Weights and computation in float32. The default, and the policy of every file.</summary>
    Float32,

    /// <summary>
    /// Weights, optimizer, loss, softmax and the statistics of BatchNormalization in float32, all other computation in bfloat16
    /// (Keras: <c>mixed_bfloat16</c>). On a processor without fast bfloat16 instructions, convolutions and matrix products are computed in float32.
    /// </summary>
    MixedBFloat16,

    /// <summary>Weights and computation in float64, for verifying gradients and numerics; slow.</summary>
    Float64,

    /// <summary>
    /// <see cref="MixedBFloat16"/> if the device has fast bfloat16 instructions, else <see cref="Float32"/>. <c>Compile</c> resolves it; the first line of the progress
    /// shows the result.
    /// </summary>
    Auto,
}
