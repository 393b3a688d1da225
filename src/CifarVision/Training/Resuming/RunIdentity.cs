using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training.Resuming;

/// <summary>The identity of a run: facts by name that must be equal in a run and its backup.</summary>
internal sealed record RunIdentity(IReadOnlyDictionary<string, string> Facts)
{
    private const int SampledImages = 64;
    private const string PrecisionFact = "precision";

    /// <summary>Collects the facts of a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="compiled">The arguments of Compile.</param>
    /// <param name="figures">The losses and metrics.</param>
    /// <param name="settings">The arguments of Fit.</param>
    /// <param name="data">The training data; null for generated batches.</param>
    /// <param name="validation">The validation data, or null.</param>
    public static RunIdentity Of(
        Layer model, CompiledModel compiled, RunningFigures figures, FitSettings settings, BatchSource? data, BatchSource? validation)
    {
        var facts = new Dictionary<string, string>();
        AddLayers(facts, model);
        facts["optimizer"] = compiled.Optimizer.GetType().Name;
        facts["loss"] = string.Join(", ", compiled.Losses.Select(loss => loss?.GetType().Name ?? "none"));
        facts["metrics"] = string.Join(", ", figures.Metrics.Keys.DefaultIfEmpty("none"));
        facts[PrecisionFact] = compiled.Precision.ToString();
        facts["batchSize"] = FormattableString.Invariant($"{settings.BatchSize}");
        facts["shuffle"] = settings.Shuffle ? "true" : "false";
        facts["stepsPerEpoch"] = settings.StepsPerEpoch is { } steps ? FormattableString.Invariant($"{steps}") : "all";
        facts["validationFreq"] = FormattableString.Invariant($"{settings.ValidationFreq}");
        if (data is not null)
            AddData(facts, "training", data);
        facts["validation"] = validation is null ? "none" : "given";
        if (validation is not null)
            AddData(facts, "validation", validation);
        return new RunIdentity(facts);
    }

    /// <summary>Checks that a backup belongs to this run.</summary>
    /// <exception cref="InvalidDataException">The backup belongs to another run; the message names the difference.</exception>
    public void RequireSame(RunIdentity backup, string file)
    {
        foreach (string fact in backup.Facts.Keys.Union(Facts.Keys))
        {
            string before = backup.Facts.GetValueOrDefault(fact, "absent");
            string now = Facts.GetValueOrDefault(fact, "absent");
            if (before == now)
                continue;
            string advice = fact == PrecisionFact
                ? $"Compile with DTypePolicy.{before} (Auto differs between devices)"
                : "Go on with the run as it was";
            throw new InvalidDataException($"BackupAndRestore: {fact} must be {before}, as in the backup '{file}', but was {now}. {advice}, or give another backupDir to begin anew.");
        }
    }

    private static void AddLayers(Dictionary<string, string> facts, Layer model)
    {
        foreach ((string path, Layer layer) in LayerTree.Walk(model))
        {
            string shapes = $"{layer.GetType().Name} {layer.InputShape} -> {layer.OutputShape}";
            facts[$"the layer {path}"] = layer.Sublayers.Count > 0 ? shapes : $"{shapes} {Config(layer)}";
        }
    }

    // A TorchSharp module has no config; the shapes of its weights identify it.
    private static string Config(Layer layer)
    {
        try
        {
            return layer.GetConfig().ToJsonString();
        }
        catch (NotSupportedException)
        {
            return string.Join(", ", layer.Weights.Select(weight => $"{weight.Name} {TensorShape.Format(weight.Shape)}"));
        }
    }

    private static void AddData(Dictionary<string, string> facts, string part, BatchSource data)
    {
        IEnumerable<int> all = Enumerable.Range(0, data.Count);
        int sampled = Math.Min(SampledImages, data.Count);
        facts[$"the number of {part} samples"] = FormattableString.Invariant($"{data.Count}");
        Describe(data.X, (table, of) =>
        {
            facts[$"the shape of a {part} sample{of}"] = $"{TensorShape.Format(table.RowShape.Dims)} {table.Type}";
            facts[$"the digest of {sampled} {part} images{of}"] = table.Digest(Enumerable.Range(0, sampled).Select(i => (int)((long)i * (data.Count - 1) / Math.Max(1, sampled - 1))));
        });
        Describe(data.Y, (table, of) => facts[$"the digest of the {part} labels{of}"] = table.Digest(all));
        Describe(data.SampleWeights, (table, of) => facts[$"the digest of the {part} sample weights{of}"] = table.Digest(all));
    }

    private static void Describe(IReadOnlyList<RowSource?> tables, Action<RowSource, string> describe)
    {
        foreach ((int i, RowSource? table) in tables.Index())
        {
            if (table is not null)
                describe(table, tables.Count == 1 ? "" : FormattableString.Invariant($", number {i}"));
        }
    }
}
