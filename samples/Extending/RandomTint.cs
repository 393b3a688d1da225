using System.Text.Json.Nodes;
using CifarVision.Layers;

namespace Extending;

#region augmentation
/// <summary>Makes each channel of each image stronger or weaker by a random factor: (N, H, W, C) -> (N, H, W, C).</summary>
internal sealed class RandomTint(double range, long? seed = null, string? name = null) : Augmentation(name, seed)
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
        (long images, long channels) = (x.shape[0], x.shape[3]);
        var factors = new float[images * channels];
        Random.NextUniformOfRows(factors, images, 1 - range, 1 + range);
        return x * torch.tensor(factors, [images, 1, 1, channels], device: x.device).to(x.dtype);
    }
}
#endregion
