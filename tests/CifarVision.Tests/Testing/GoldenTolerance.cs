using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// The one rule for how far a number may be from Keras' float64 number. In float64 it is 1e-9 of the array's largest value. In float32 it is
/// four times the largest relative difference between Keras' own float32 and float64 results among the arrays of that kind in the case, and
/// at least 2e-6. Where that would exceed 3e-4, the array is listed here by name, and our error may be at most twice Keras' own.
/// </summary>
internal static class GoldenTolerance
{
    /// <summary>What float64 results may differ by, relative to the array's largest value.</summary>
    public const double Float64 = 1e-9;

    private const double Rounding = 2e-6;
    private const double Margin = 4;
    private const double Limit = 3e-4;
    private const double IllConditionedMargin = 2;

    private static readonly Dictionary<string, Record[]> Recorded = Read();

    /// <summary>
    /// The arrays that the rule alone would hold to less than 3e-4. Keras takes the variance of largemean as E[x^2] - E[x]^2, and float32 has
    /// no number between 1 - 1.2e-7 and 1, to which the probabilities of bce_probs are clipped.
    /// </summary>
    public static IReadOnlyList<string> IllConditioned { get; } =
    [
        "layers/batchnorm_4d_largemean/d_beta_infer0", "layers/batchnorm_4d_largemean/d_beta_infer1", "layers/batchnorm_4d_largemean/d_beta_train1",
        "layers/batchnorm_4d_largemean/d_gamma_infer0", "layers/batchnorm_4d_largemean/d_gamma_infer1", "layers/batchnorm_4d_largemean/d_gamma_train1",
        "layers/batchnorm_4d_largemean/dx_infer0", "layers/batchnorm_4d_largemean/dx_infer1", "layers/batchnorm_4d_largemean/dx_train1",
        "layers/batchnorm_4d_largemean/y_infer0", "layers/batchnorm_4d_largemean/y_infer1", "layers/batchnorm_4d_largemean/y_train1",
        "losses/bce_probs/loss_mean_with_sample_weight", "losses/bce_probs/loss_none", "losses/bce_probs/loss_sum", "losses/bce_probs/loss_sum_over_batch_size",
    ];

    /// <summary>The cases of which Keras' float64 numbers are known.</summary>
    public static IReadOnlyCollection<string> Cases => Recorded.Keys;

    /// <summary>The arrays for which four times Keras' own difference exceeds 3e-4, as case/array.</summary>
    public static IEnumerable<string> BeyondLimit() =>
        from pair in Recorded
        from record in pair.Value
        where Margin * KindsLargest(pair.Key, record.Name) > Limit
        select $"{pair.Key}/{record.Name}";

    /// <summary>The largest absolute difference allowed for an array of a case.</summary>
    /// <param name="path">The case, as layers/dense_relu.</param>
    /// <param name="array">The name of an array that Keras computed there.</param>
    /// <param name="precision">Float32 or Float64.</param>
    public static double Of(string path, string array, DTypePolicy precision) => Of(Recorded[path], array, precision, IllConditioned.Contains($"{path}/{array}"));

    /// <summary>The largest absolute difference allowed for an array of a case that holds its own float64 numbers.</summary>
    /// <param name="differences">What the case says of them: <c>float32_minus_float64</c>.</param>
    /// <param name="array">The name of an array that Keras computed there.</param>
    /// <param name="precision">Float32 or Float64.</param>
    public static double Of(JsonObject differences, string array, DTypePolicy precision) => Of(ReadRecords(differences), array, precision, isIllConditioned: false);

    /// <summary>The rule for float32 with another array's record, for what Keras saved without float64 numbers, relative to the array's largest value.</summary>
    public static double RelativeAs(string path, string array) => Math.Max(Rounding, Margin * KindsLargest(path, array));

    private static double Of(Record[] records, string array, DTypePolicy precision, bool isIllConditioned)
    {
        Record record = records.Single(record => record.Name == array);
        if (precision == DTypePolicy.Float64)
            return Float64 * record.Scale;
        return Math.Max(Rounding, isIllConditioned ? IllConditionedMargin * record.Quotient : Margin * KindsLargest(records, array)) * record.Scale;
    }

    private static double KindsLargest(string path, string array) => KindsLargest(Recorded[path], array);

    private static double KindsLargest(Record[] records, string array) =>
        records.Where(record => KindOf(record.Name) == KindOf(array)).Max(record => record.Quotient);

    private static ArrayKind KindOf(string array)
    {
        if (array is "dy_pred" || StartsWithAny(array, "dx", "d_", "grad_"))
            return ArrayKind.Gradient;
        if (StartsWithAny(array, "loss", "val_loss"))
            return ArrayKind.Loss;
        if (StartsWithAny(array, "slot_"))
            return ArrayKind.Slot;
        if (array is "learning_rate")
            return ArrayKind.Rate;
        return StartsWithAny(array, "y", "infer_act", "train_act", "predictions", "result", "accuracy", "val_accuracy") ? ArrayKind.Output : ArrayKind.Weight;
    }

    private static bool StartsWithAny(string array, params ReadOnlySpan<string> starts)
    {
        foreach (string start in starts)
        {
            if (array.StartsWith(start, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static Dictionary<string, Record[]> Read() =>
        JsonNode.Parse(File.ReadAllText(GoldenCase.Locate("float64/differences.json")))!["cases"]!.AsObject().ToDictionary(
            pair => pair.Key,
            pair => ReadRecords(pair.Value!["arrays"]!.AsObject()));

    private static Record[] ReadRecords(JsonObject arrays) => [.. arrays.Select(array => Record.From(array.Key, array.Value!.AsArray()))];

    private enum ArrayKind
    {
        Output,
        Loss,
        Gradient,
        Weight,
        Slot,
        Rate,
    }

    /// <summary>The difference between Keras' float32 and float64 results, divided by <paramref name="Scale"/>.</summary>
    /// <param name="Name">The array.</param>
    /// <param name="Scale">The array's largest value; of an array that is zero but for rounding, the largest value of its group.</param>
    /// <param name="Quotient">The relative difference.</param>
    private sealed record Record(string Name, double Scale, double Quotient)
    {
        // A fourth item says that the quotient is by the largest of the group.
        public static Record From(string name, JsonArray values)
        {
            (double difference, double largest, double quotient) = (values[0]!.GetValue<double>(), values[1]!.GetValue<double>(), values[2]!.GetValue<double>());
            return new Record(name, values.Count > 3 ? difference / quotient : Math.Max(largest, 1e-30), quotient);
        }
    }
}
