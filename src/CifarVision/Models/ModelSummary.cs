using System.Globalization;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>What Keras' <c>model.summary()</c> prints, character by character, and if wanted what one sample costs.</summary>
internal sealed class ModelSummary(Model model, long optimizerValues, bool detailed)
{
    // Keras' column widths at its default line length of 80.
    private static readonly (string Title, int Width)[] Columns = [("Layer (type)", 31), ("Output Shape", 22), ("Param #", 13)];
    private static readonly (string Title, int Width)[] CostColumns = [("FLOPs", 13), ("Activations", 11), ("Weights", 10)];

    public void Write(TextWriter output)
    {
        var table = new SummaryTable(detailed ? [.. Columns, .. CostColumns] : Columns);
        foreach (Layer layer in model.Layers)
            table.Add(detailed ? [.. Cells(layer), .. CostCells(layer)] : Cells(layer));
        IEnumerable<string> totals = detailed ? [.. Totals(), .. CostTotals()] : Totals();
        output.Write($"Model: \"{model.Name}\"\n{table.Finish()}{string.Concat(totals.Select(line => $" {line}\n"))}\n");
    }

    private static string[] Cells(Layer layer)
    {
        string type = $"{layer.Name} ({layer.KerasClass})";
        return layer.IsBuilt ? [type, layer.OutputShape.ToString(), Count(Values(layer.Weights))] : [type, "?", "0 (unbuilt)"];
    }

    private static string[] CostCells(Layer layer) =>
        [Count(layer.ForwardFlops), Float32Size(ActivationValues(layer)), Float32Size(Values(layer.Weights))];

    private IEnumerable<string> Totals()
    {
        Weight[] weights = [.. model.Weights];
        long trainable = Values(weights.Where(weight => weight.Trainable));
        long all = Values(weights);
        yield return Total("Total", all + optimizerValues);
        yield return Total("Trainable", trainable);
        yield return Total("Non-trainable", all - trainable);
        if (optimizerValues > 0)
            yield return Total("Optimizer", optimizerValues);
    }

    // Backward takes twice the operations of forward, for the gradients of weights and of inputs; nobody needs that of the model's input.
    private IEnumerable<string> CostTotals()
    {
        long forward = model.ForwardFlops;
        long training = (3 * forward) - (Leaves(model).FirstOrDefault(layer => layer.ForwardFlops > 0)?.ForwardFlops ?? 0);
        yield return $"Forward FLOPs per sample: {Count(forward)} ({Giga(forward)} GFLOP)";
        yield return $"Training FLOPs per sample: {Count(training)} ({Giga(training)} GFLOP)";
        yield return $"Activations per sample: {Float32Size(ActivationValues(model))}";
        yield return $"Weights: {Float32Size(Values(model.Weights))}";
    }

    // What a model returns is an output of one of its layers.
    private static long ActivationValues(Layer layer) =>
        layer.Sublayers.Sum(ActivationValues) + (layer is Model || !layer.IsBuilt ? 0 : layer.OutputShape.ElementCount);

    private static IEnumerable<Layer> Leaves(Layer layer) => layer.Sublayers.Count == 0 ? [layer] : layer.Sublayers.SelectMany(Leaves);

    private static long Values(IEnumerable<Weight> weights) => weights.Sum(weight => weight.Value.numel());

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Giga(long value) => (value / 1e9).ToString("F3", CultureInfo.InvariantCulture);

    private static string Total(string what, long values) => $"{what} params: {Count(values)} ({Float32Size(values)})";

    private static string Float32Size(long values)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        double bytes = (double)values * sizeof(float);
        int unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} {units[unit]}");
    }
}
