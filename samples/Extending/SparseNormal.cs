using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Runtime;

namespace Extending;

#region initializer
/// <summary>Normal numbers for a few connections of each output, chosen at random, and zeros for all others.</summary>
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

    // The outputs are the last axis of a kernel, dense or convolution. Only the stream given may be drawn from: it follows the seed.
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
