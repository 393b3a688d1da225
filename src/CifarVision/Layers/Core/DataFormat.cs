namespace CifarVision.Layers;

/// <summary>The order of an image's axes that a TorchSharp module expects in <see cref="TorchModuleLayer"/>.</summary>
public enum DataFormat
{
    /// <summary>(N, H, W, C): the library's own order, handed over as it is.</summary>
    ChannelsLast,

    /// <summary>(N, C, H, W): torch's order. Images are permuted on the way in and back.</summary>
    ChannelsFirst,
}
