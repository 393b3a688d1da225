using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>Comparison of arrays with an explicit tolerance.</summary>
public static class Near
{
    /// <summary>Asserts equal shapes and |expected - actual| at most <paramref name="tolerance"/> times the largest |expected| (at least 1e-30).</summary>
    public static void Relative(NDArray expected, NDArray actual, double tolerance, string what = "")
    {
        double[] values = Doubles(expected);
        double largest = Math.Max(values.Length == 0 ? 0 : values.Max(Math.Abs), 1e-30);
        Absolute(expected, actual, tolerance * largest, what);
    }

    /// <summary>Asserts equal shapes and |expected - actual| at most <paramref name="tolerance"/>.</summary>
    public static void Absolute(NDArray expected, NDArray actual, double tolerance, string what = "")
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] wanted = Doubles(expected);
        double[] found = Doubles(actual);
        for (int i = 0; i < wanted.Length; i++)
        {
            bool same = wanted[i].Equals(found[i]) || Math.Abs(wanted[i] - found[i]) <= tolerance;
            Assert.True(same, $"{what}[{i}]: expected {wanted[i]:R}, found {found[i]:R}, difference {Math.Abs(wanted[i] - found[i]):E2} over {tolerance:E2}");
        }
    }

    public static void Relative(NDArray expected, Tensor actual, double tolerance, string what = "") =>
        Relative(expected, ArrayConversion.ToNDArray(actual), tolerance, what);

    public static double[] Doubles(NDArray array) => array.size == 0 ? [] : array.astype(np.float64).ToArray<double>();
}
