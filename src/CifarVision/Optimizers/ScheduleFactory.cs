using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>Converts learning rates to and from Keras' format.</summary>
internal static class ScheduleFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, string?, LearningRateSchedule>> ByClassName = new()
    {
        [nameof(ExponentialDecay)] = (config, name) => new ExponentialDecay(
            config.Number("initial_learning_rate"), config.Number("decay_steps"), config.Number("decay_rate"), config.Flag("staircase", false), name),
        [nameof(PiecewiseConstantDecay)] = (config, name) => new PiecewiseConstantDecay(
            Boundaries(config), config.Required<double[]>("values", "a list of numbers"), name),
        [nameof(PolynomialDecay)] = (config, name) => new PolynomialDecay(
            config.Number("initial_learning_rate"), config.Number("decay_steps"), config.Number("end_learning_rate", 0.0001), config.Number("power", 1),
            config.Flag("cycle", false), name),
        [nameof(InverseTimeDecay)] = (config, name) => new InverseTimeDecay(
            config.Number("initial_learning_rate"), config.Number("decay_steps"), config.Number("decay_rate"), config.Flag("staircase", false), name),
        [nameof(CosineDecay)] = (config, name) => new CosineDecay(
            config.Number("initial_learning_rate"), config.Number("decay_steps"), config.Number("alpha", 0), config.OptionalNumber("warmup_target"),
            config.Number("warmup_steps", 0), name),
        [nameof(CosineDecayRestarts)] = (config, name) => new CosineDecayRestarts(
            config.Number("initial_learning_rate"), config.Number("first_decay_steps"), config.Number("t_mul", 2), config.Number("m_mul", 1),
            config.Number("alpha", 0), name),
        [nameof(OneCycle)] = (config, name) => new OneCycle(
            config.Number("max_learning_rate"), config.Whole("total_steps"), config.Number("warmup_fraction", 0.3), config.Number("initial_div_factor", 25),
            config.Number("final_div_factor", 1e4), config.Choice("annealing", Annealing.Cosine), name),
    };

    /// <summary>Creates a schedule from its envelope.</summary>
    /// <param name="node">Class name and config.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <exception cref="InvalidDataException">The schedule or one of its settings is not supported.</exception>
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public static LearningRateSchedule FromEnvelope(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "A learning rate schedule", customs);
        if (config.Custom<LearningRateSchedule>() is { } custom)
            return custom;
        if (!ByClassName.TryGetValue(config.ClassName, out Func<KerasConfig, string?, LearningRateSchedule>? create))
            throw config.Unknown("learning rate schedule", ByClassName.Keys);
        string name = config.Text("name", "");
        LearningRateSchedule schedule = create(config, name.Length == 0 ? null : name);
        config.RequireAllRead();
        return schedule;
    }

    /// <summary>Returns the shortest decimal for a float32: 0.01 where the file has 0.009999999776482582.</summary>
    public static double ShortestRate(double rate) =>
        (float)rate == rate ? double.Parse(((float)rate).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : rate;

    /// <summary>Returns the envelope in which Keras' files hold a schedule. A class that Keras lacks is marked as registered.</summary>
    public static JsonObject ToKeras(this LearningRateSchedule schedule) => KerasObject.Wrap(
        "keras.optimizers.schedules", schedule.GetType().Name, schedule.GetConfig(), registered: schedule is OneCycle || schedule.GetType().Assembly != typeof(LearningRateSchedule).Assembly);

    // Keras takes any numbers. A step is past 781.5 when it is past 781.
    private static IEnumerable<long> Boundaries(KerasConfig config) =>
        config.Required<double[]>("boundaries", "a list of numbers").Select(boundary => checked((long)Math.Floor(boundary)));
}
