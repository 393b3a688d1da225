using System.Text.Json.Nodes;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Losses;

/// <summary>
/// Huber loss: the mean over the outputs of <c>error^2 / 2</c> where the error <c>yPred - yTrue</c> is at most delta, and of <c>delta * |error| - delta^2 / 2</c>
/// elsewhere. Shapes: yTrue (N, ...), yPred (N, ...); for one output yTrue may be (N).
/// </summary>
/// <remarks>Source: Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.</remarks>
public sealed class Huber : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="delta">The absolute error where the loss changes from quadratic to linear, more than 0. Default 1.</param>
    /// <param name="name">Default <c>huber_loss</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not more than 0.</exception>
    public Huber(double delta = 1, string? name = null)
        : base(name ?? "huber_loss")
    {
        Delta = Require.Positive(delta, this);
    }

    /// <summary>The absolute error where the loss changes from quadratic to linear.</summary>
    public double Delta { get; }

    /// <summary>Returns the settings under Keras' names. Keras itself writes no delta, so its own files lose one other than 1; it reads the delta that is written here.</summary>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        if (Delta != 1)
            config["delta"] = Delta;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
        F.huber_loss(yPred, Truth.Elementwise(yTrue, yPred, nameof(Huber)), Delta, torch.nn.Reduction.None);
}
