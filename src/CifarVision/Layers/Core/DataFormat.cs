namespace CifarVision.Layers;

/// <summary>The order of an image's axes that a TorchSharp module expects in <see cref="TorchModuleLayer"/>.</summary>
public enum DataFormat
{
    /// <summary>(N, H, W, C), the library's own order; images are passed unchanged.</summary>
    ChannelsLast,

    /// <summary>(N, C, H, W), torch's order; images are permuted before and after the module.</summary>
    ChannelsFirst,
}
