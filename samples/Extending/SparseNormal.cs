using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Runtime;

namespace Extending;

#region initializer
/// <summary>Normally distributed values for a few random connections of each output, and zeros for all others.</summary>
/// <remarks>Source: Martens, "Deep learning via Hessian-free optimization", ICML 2010.</remarks>
internal sealed class SparseNormal(int connections = 15, double stddev = 1, long? seed = null) : Initializer(seed)
{
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["connections"] = connections;
        config["stddev"] = stddev;
        return config;
    }

    // The outputs are the last axis of a dense or convolution kernel. Use only the given stream, which follows the seed.
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random)
    {
        int outputs = (int)shape[^1];
        int inputs = values.Length / outputs;
        var numbers = new float[Math.Min(connections, inputs)];
        values.Clear();
        for (int output = 0; output < outputs; output++)
        {
            random.NextNormal(numbers, standardDeviation: stddev);
            ReadOnlySpan<int> chosen = random.Permutation(inputs).AsSpan(0, numbers.Length);
            for (int i = 0; i < numbers.Length; i++)
                values[(chosen[i] * outputs) + output] = numbers[i];
        }
    }
}
#endregion
