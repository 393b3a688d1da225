using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>
/// The learning rate as a function of the step. A number converts to a constant rate. For a schedule of your own, implement <see cref="Rate"/>, and override
/// <see cref="GetConfig"/> to be saved.
/// </summary>
public abstract class LearningRateSchedule
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="name">The name in files; by default the class's.</param>
    protected LearningRateSchedule(string? name = null) => Name = name ?? GetType().Name;

    /// <summary>The name in files.</summary>
    public string Name { get; }

    /// <summary>Converts a number to a constant rate, so that <c>new SGD(learningRate: 0.01)</c> reads as in Keras.</summary>
    /// <param name="learningRate">0 or more.</param>
    public static implicit operator LearningRateSchedule(double learningRate) => new ConstantRate(learningRate);

    /// <summary>The rate of one step.</summary>
    /// <param name="step">The number of steps made so far, 0 at the first. Steps that only accumulate gradients count.</param>
    public abstract double Rate(long step);

    /// <summary>Returns the settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name };

    /// <summary>Returns the schedule as in the config of an optimizer: class name and settings, or a number (Keras: <c>schedules.serialize</c>).</summary>
    public JsonNode Serialize() => this is ConstantRate ? JsonValue.Create(Rate(0)) : this.ToKeras();

    /// <summary>Creates a learning rate from the config of an optimizer, where it is a number or a schedule (Keras: <c>schedules.deserialize</c>).</summary>
    /// <param name="node">The value of <c>learning_rate</c> in the config.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The schedule or one of its settings is not supported.</exception>
    public static LearningRateSchedule Deserialize(JsonNode node, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.GetValueKind() == JsonValueKind.Number
            ? ScheduleFactory.ShortestRate(node.Deserialize<double>())
            : ScheduleFactory.FromEnvelope(node, new CustomObjects(customObjects ?? []));
    }
}
