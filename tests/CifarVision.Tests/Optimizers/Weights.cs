using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

/// <summary>Weights without a layer around them.</summary>
internal static class Weights
{
    public static Weight Of(params float[] values) => Named("kernel", values);

    public static Weight Named(string name, params float[] values) => new(name, $"dense/{name}", torch.tensor(values), trainable: true);

    public static float[] Floats(Weight weight) => weight.ToArray().ToArray<float>();
}
