namespace CifarVision.Optimizers;

/// <summary>The curve on which <see cref="OneCycle"/> moves from one rate to another.</summary>
public enum Annealing
{
    /// <summary>Half a cosine.</summary>
    Cosine,

    /// <summary>Linear.</summary>
    Linear,
}
