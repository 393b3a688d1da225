namespace CifarVision.Layers;

/// <summary>What a window does at the border of an image.</summary>
public enum Padding
{
    /// <summary>Only whole windows: out = floor((in - window) / stride) + 1.</summary>
    Valid,

    /// <summary>Zeros around: out = ceil(in / stride). What cannot be split evenly goes behind, as in Keras.</summary>
    Same,
}
