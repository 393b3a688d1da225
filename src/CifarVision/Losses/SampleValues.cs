using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>Shared code of losses and metrics: one value per sample, and sample weights.</summary>
internal static class SampleValues
{
    /// <summary>Converts all types other than float32 and float64 to float32.</summary>
    public static Tensor AtLeastFloat32(Tensor x) => x.dtype is ScalarType.Float32 or ScalarType.Float64 ? x : x.to(ScalarType.Float32);

    /// <summary>Averages (N, ...) to (N).</summary>
    /// <exception cref="InvalidOperationException">There is not one value per sample: a derived class has averaged over the batch.</exception>
    public static Tensor OnePerSample(Tensor values, Tensor yPred, string owner)
    {
        long samples = yPred.dim() == 0 ? 0 : yPred.shape[0];
        if (values.dim() == 0 || values.shape[0] != samples)
        {
            throw new InvalidOperationException(
                $"{owner}: PerSample must return a value for each sample, {TensorShape.Format([samples])}, but was {TensorShape.Format(values.shape)}. Do not average over the batch.");
        }

        return values.dim() == 1 ? values : values.flatten(1).mean([1]);
    }

    /// <summary>Returns the weights as (N), in the dtype and on the device of the values.</summary>
    /// <exception cref="ArgumentException">There is not one weight per sample.</exception>
    public static Tensor Weights(Tensor sampleWeight, Tensor values, string owner)
    {
        long samples = values.shape[0];
        if (sampleWeight.numel() != samples || sampleWeight.shape is not ([_] or [_, 1]))
        {
            throw new ArgumentException(
                $"{owner}: sampleWeight must have the shape {TensorShape.Format([samples])}, one weight for each sample, but was {TensorShape.Format(sampleWeight.shape)}.",
                nameof(sampleWeight));
        }

        return sampleWeight.to(values.dtype, values.device).reshape(samples);
    }
}
