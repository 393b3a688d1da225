using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>The base of <see cref="Precision"/> and <see cref="Recall"/>, which have the same settings.</summary>
/// <remarks>
/// The defaults are those of Keras: a class is predicted if its output is above 0.5, and counts are summed over the classes. A threshold of null (the largest
/// output is the prediction) and the averages Macro and Weighted are additions. Keras' lists of thresholds and <c>top_k</c> are not supported.
/// </remarks>
public abstract class ClassFraction : ClassScore
{
    private protected ClassFraction(string name, double? threshold, int? classId, Averaging? average)
        : base(name, threshold, classId, average, averageByDefault: Metrics.Averaging.Micro)
    {
    }

    /// <inheritdoc/>
    internal override bool IsKeras => Threshold is not null && (Averaging is null or Metrics.Averaging.Micro);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["thresholds"] = MetricFactory.KerasThreshold(Threshold);
        config["top_k"] = null;
        config["class_id"] = ClassId;
        if (!IsKeras)
            config["average"] = Averaging?.ToString().ToLowerInvariant();
        return config;
    }
}
