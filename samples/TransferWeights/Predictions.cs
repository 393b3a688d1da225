using CifarVision.Models;
using NumSharp;

namespace TransferWeights;

/// <summary>Compares predictions.</summary>
internal static class Predictions
{
    public static double LargestDifference(NDArray expected, NDArray actual) => (double)np.max(np.abs(expected.astype(np.float64) - actual.astype(np.float64)));

    /// <summary>Compares two models on random input.</summary>
    public static double LargestDifference(Sequential one, Sequential other)
    {
        np.random.seed(1);
        NDArray x = np.random.rand(new Shape([8, .. one.InputShape.Dims])).astype(np.float32);
        return LargestDifference(one.Predict(x), other.Predict(x));
    }
}
