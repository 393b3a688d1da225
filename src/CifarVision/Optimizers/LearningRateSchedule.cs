using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>The learning rate as a function of the step. A plain number converts to a constant one.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>A constant rate, so that <c>new SGD(learningRate: 0.01)</c> reads as in Keras.</summary>
    /// <param name="learningRate">0 or more.</param>
    public static implicit operator LearningRateSchedule(double learningRate) => new ConstantRate(learningRate);

    /// <summary>The rate of one step.</summary>
    /// <param name="step">The number of steps made so far: 0 at the first. Steps that only accumulate gradients count.</param>
    public abstract double Rate(long step);

    /// <summary>The settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>The envelope in which Keras' files hold a schedule.</summary>
    internal JsonObject ToKeras() => KerasObject.Wrap("keras.optimizers.schedules", GetType().Name, GetConfig());
}
