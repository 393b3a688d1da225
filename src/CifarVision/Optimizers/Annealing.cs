namespace CifarVision.Optimizers;

/// <summary>The curve along which <see cref="OneCycle"/> goes from one rate to another.</summary>
public enum Annealing
{
    /// <summary>Half a cosine: slow at both ends.</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,
}
