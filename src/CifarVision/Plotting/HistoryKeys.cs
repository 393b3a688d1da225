using CifarVision.History;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Which keys of a history pictures show, and how they are called there.</summary>
internal static class HistoryKeys
{
    /// <summary>Under which callbacks log the learning rate.</summary>
    public const string LearningRate = "learning_rate";

    private const string Loss = "loss";
    private const string Accuracy = "accuracy";

    /// <summary>Of what all histories have: accuracy, else the first other metric, and the loss.</summary>
    public static IEnumerable<string> Shown(IReadOnlyList<TrainingHistory> histories)
    {
        string[] shared = [.. histories[0].History.Keys.Where(key => histories.All(history => history.History.ContainsKey(key)))];
        string[] metrics = [.. shared.Where(key => key is not (Loss or LearningRate) && !key.StartsWith("val_", StringComparison.Ordinal))];
        string? metric = metrics.Contains(Accuracy) ? Accuracy : metrics.FirstOrDefault();
        return new[] { metric, Loss }.OfType<string>().Where(shared.Contains);
    }

    /// <summary>Whether a key was computed on validation data too.</summary>
    public static bool IsValidated(TrainingHistory history, string key) => history.History.ContainsKey($"val_{key}");

    /// <summary>A key within a sentence: <c>top k categorical accuracy</c>.</summary>
    public static string Name(string key) => key.Replace('_', ' ');

    /// <summary>A key by itself: <c>Top k categorical accuracy</c>.</summary>
    public static string Title(string key) => $"{char.ToUpperInvariant(key[0])}{Name(key)[1..]}";

    /// <summary>The values of a key over its epochs.</summary>
    public static LineSeries Series(TrainingHistory history, string key, string label, LineLook look) =>
        new(label, [.. history.EpochsOf(key).Select(epoch => (double)epoch)], history.History[key]) { Look = look };
}
