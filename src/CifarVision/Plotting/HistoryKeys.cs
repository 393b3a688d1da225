using CifarVision.History;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>The keys of a history that pictures show, and their names there.</summary>
internal static class HistoryKeys
{
    /// <summary>The key under which callbacks log the learning rate.</summary>
    public const string LearningRate = "learning_rate";

    private const string Loss = "loss";
    private const string Accuracy = "accuracy";

    /// <summary>Returns the keys to show, of those that all histories have: accuracy, or else the first other metric, and the loss.</summary>
    public static IEnumerable<string> Shown(IReadOnlyList<TrainingHistory> histories)
    {
        string[] shared = [.. histories[0].History.Keys.Where(key => histories.All(history => history.History.ContainsKey(key)))];
        string[] metrics = [.. shared.Where(key => key is not (Loss or LearningRate) && !key.StartsWith("val_", StringComparison.Ordinal))];
        string? metric = metrics.Contains(Accuracy) ? Accuracy : metrics.FirstOrDefault();
        return new[] { metric, Loss }.OfType<string>().Where(shared.Contains);
    }

    /// <summary>Whether a key was computed on validation data too.</summary>
    public static bool IsValidated(TrainingHistory history, string key) => history.History.ContainsKey($"val_{key}");

    /// <summary>Returns a key in words: <c>top k categorical accuracy</c>.</summary>
    public static string Name(string key) => key.Replace('_', ' ');

    /// <summary>Returns a key in words with a capital: <c>Top k categorical accuracy</c>.</summary>
    public static string Title(string key) => $"{char.ToUpperInvariant(key[0])}{Name(key)[1..]}";

    /// <summary>Returns the values of a key by epoch.</summary>
    public static LineSeries Series(TrainingHistory history, string key, string label, LineLook look) =>
        new(label, [.. history.EpochsOf(key).Select(epoch => (double)epoch)], history.History[key]) { Look = look };
}
