using System.Text.Json.Nodes;
using CifarVision.Layers;

namespace Extending;

#region augmentation
/// <summary>Makes each image brighter or darker by a random factor: (N, H, W, C) -> (N, H, W, C).</summary>
internal sealed class RandomBrightness(double range, long? seed = null, string? name = null) : Augmentation(name, seed)
{
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["range"] = range;
        config["seed"] = Seed;
        return config;
    }

    protected override Tensor Augment(Tensor x)
    {
        var factors = new float[x.shape[0]];
        Random.NextUniformOfRows(factors, factors.Length, 1 - range, 1 + range);
        return x * torch.tensor(factors, [factors.Length, 1, 1, 1], device: x.device).to(x.dtype);
    }
}
#endregion
