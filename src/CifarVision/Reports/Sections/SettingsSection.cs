using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The arguments of Compile and Fit.</summary>
internal sealed class SettingsSection : ReportSection
{
    private readonly FactList _facts = new();

    /// <summary>Collects the settings.</summary>
    public SettingsSection(Model model, TrainingHistory history)
        : base("settings", "Settings")
    {
        AddParameter("epochs", "Epochs, at most");
        AddParameter("steps", "Steps of an epoch");
        if (history.Run is { } run)
        {
            _facts.Add("Batch size", ReportNumber.Count(run.BatchSize));
            _facts.Add("Images of an epoch", ReportNumber.Count(run.Samples));
            _facts.Add("Images of a validation", run.ValidationSamples == 0 ? "none" : ReportNumber.Count(run.ValidationSamples));
        }

        if (model.Optimizer is null)
        {
            _facts.Add("Compile", "The model is not compiled, so its optimizer and loss are unknown.");
            return;
        }

        foreach ((string name, string value) in CompileFacts(model))
            _facts.Add(name, value);

        void AddParameter(string key, string title)
        {
            if (history.Params.TryGetValue(key, out int value))
                _facts.Add(title, ReportNumber.Count(value));
        }
    }

    /// <summary>Returns an object of Keras' JSON as words: the name of its class and its settings.</summary>
    internal static string Words(JsonNode? node) => node switch
    {
        null => "none",
        JsonArray list => string.Join(", ", list.Select(Words)),
        JsonObject { Count: > 0 } known when known["class_name"] is { } name => known["config"] is JsonObject config ? WithSettings(name.GetValue<string>(), config) : name.GetValue<string>(),
        JsonObject table => string.Join(", ", table.Select(entry => $"{entry.Key}: {Words(entry.Value)}")),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString("G6", CultureInfo.InvariantCulture),
        _ => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
    };

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html) => _facts.Write(html);

    private static string WithSettings(string name, JsonObject config)
    {
        string[] settings = [.. config.Where(entry => entry.Value is not null && entry.Key is not ("name" or "dtype") && !IsFalse(entry.Value) && !IsUnused(config, entry.Key)).Select(entry => $"{entry.Key} {Words(entry.Value)}")];
        return settings.Length == 0 ? name : $"{name} ({string.Join(", ", settings)})";
    }

    // Keras writes the momentum of an average that is off.
    private static bool IsUnused(JsonObject config, string key) => key == "ema_momentum" && config["use_ema"] is { } isUsed && IsFalse(isUsed);

    private static bool IsFalse(JsonNode node) => node.GetValueKind() == JsonValueKind.False;

    private static IEnumerable<(string Name, string Value)> CompileFacts(Model model)
    {
        JsonObject config;
        try
        {
            config = model.GetCompileConfig()!;
        }
        // A loss or metric of the user's own need not have a config.
        catch (NotSupportedException)
        {
            return [("Optimizer", model.Optimizer!.GetType().Name), ("Learning rate", ReportNumber.Value(model.Optimizer.LearningRate))];
        }

        return [("Optimizer", Words(config["optimizer"])), ("Loss", Words(config["loss"])), ("Metrics", Words(config["metrics"]))];
    }
}
