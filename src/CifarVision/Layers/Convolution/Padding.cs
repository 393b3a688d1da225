namespace CifarVision.Layers;

/// <summary>The padding of an image before a convolution or pooling.</summary>
public enum Padding
{
    /// <summary>No padding: out = floor((in - window) / stride) + 1.</summary>
    Valid,

    /// <summary>Zeros on both sides: out = ceil(in / stride). An odd one goes to the bottom or right, as in Keras.</summary>
    Same,
}
