using System.Globalization;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Prints exactly the table of Keras' <c>model.summary()</c>, and optionally the cost of one sample.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizerValues">The number of values in the optimizer's state.</param>
/// <param name="detailed">Whether to add the costs.</param>
/// <param name="expandNested">Whether the layers of nested models get their own rows.</param>
/// <param name="showTrainable">Whether to show which layers are trainable.</param>
/// <param name="lineLength">The width of the table; null for the default.</param>
internal sealed class ModelSummary(Model model, long optimizerValues, bool detailed, bool expandNested, bool showTrainable, int? lineLength)
{
    // Keras prints 88 or 108 cells, but at most the width of the terminal minus 4: 76 of 80 columns, which fits every Sequential.
    private const int SequentialLength = 76;
    private const int ChainLength = 88;
    private const int ConnectedLength = 108;
    private const int TrainableLength = 12;

    private readonly bool _isConnected = model is not Sequential && !IsChain(model.Graph);

    /// <summary>Prints the table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The line is too short for the columns.</exception>
    public void Write(TextWriter output)
    {
        IReadOnlyList<SummaryColumn> columns = SummaryColumn.ForKeras(lineLength ?? DefaultLength(), _isConnected, showTrainable);
        var table = new SummaryTable(detailed ? [.. columns, .. SummaryColumn.Costs] : columns);
        foreach (Layer layer in model.Layers)
            AddRows(table, layer, level: 0);
        IEnumerable<string> totals = detailed ? [.. Totals(), .. CostTotals()] : Totals();
        output.Write($"Model: \"{model.Name}\"\n{table.Finish()}{string.Concat(totals.Select(line => $" {line}\n"))}\n");
    }

    // Every call takes only the output of the previous call, and every layer is called once.
    private static bool IsChain(LayerGraph graph) =>
        graph.Nodes.Zip(graph.Nodes.Skip(1)).All(pair => pair.Second.Inputs is [KerasTensor input] && input.Node == pair.First)
        && graph.Nodes.Count == graph.Layers.Count;

    private static string ShapeOf(Layer layer) => layer switch
    {
        { IsBuilt: false } => "?",
        { OutputShapes: [TensorShape only] } => only.ToString(),
        _ => $"[{string.Join(", ", layer.OutputShapes)}]",
    };

    private static string[] CostCells(Layer layer) =>
        [Count(layer.ForwardFlops), Float32Size(ActivationValues(layer)), Float32Size(Values(layer.Weights))];

    // A model returns outputs of its layers, and an input is not the output of a layer.
    private static long ActivationValues(Layer layer) =>
        layer.Sublayers.Sum(ActivationValues) + (layer is Model or InputLayer || !layer.IsBuilt ? 0 : layer.OutputShapes.Sum(shape => shape.ElementCount));

    private static IEnumerable<Layer> Leaves(Layer layer) => layer.Sublayers.Count == 0 ? [layer] : layer.Sublayers.SelectMany(Leaves);

    private static long Values(IEnumerable<Weight> weights) => weights.Sum(weight => weight.Count);

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

    private int DefaultLength() => model is Sequential
        ? SequentialLength
        : (_isConnected ? ConnectedLength : ChainLength) + (showTrainable ? TrainableLength : 0);

    private void AddRows(SummaryTable table, Layer layer, int level)
    {
        table.Add([.. Cells(layer, level), .. detailed ? CostCells(layer) : []]);
        if (!expandNested || layer is not Model nested)
            return;
        foreach (Layer inner in nested.Layers)
            AddRows(table, inner, level + 1);
    }

    private IEnumerable<string> Cells(Layer layer, int level)
    {
        string indent = level == 0 ? "" : new string(' ', 3 * level) + "└ ";
        yield return $"{indent}{layer.Name} ({layer.KerasClass})";
        yield return ShapeOf(layer);
        yield return layer.IsBuilt ? Count(Values(layer.Weights)) : "0 (unbuilt)";
        if (_isConnected)
            yield return ConnectionsOf(layer);
        if (showTrainable)
            yield return layer.Weights.Count == 0 ? "-" : layer.Trainable ? "Y" : "N";
    }

    // As in Keras: the layer, the index of its call, the index of the call's output.
    private string ConnectionsOf(Layer layer)
    {
        string[] sources = [.. model.Graph.CallsOf(layer).SelectMany(call => call.Inputs).Select(SourceOf)];
        return sources.Length == 0 ? "-" : string.Join(", ", sources);
    }

    private static string SourceOf(KerasTensor tensor) =>
        FormattableString.Invariant($"{tensor.Name}[{tensor.Node.Layer.CallIndex(tensor.Node)}][{tensor.Index}]");

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

    // The backward pass computes the gradients of weights and of inputs, each as costly as the forward pass. The gradient of the model's input is not computed.
    private IEnumerable<string> CostTotals()
    {
        long forward = model.ForwardFlops;
        long training = (3 * forward) - (Leaves(model).FirstOrDefault(layer => layer.ForwardFlops > 0)?.ForwardFlops ?? 0);
        yield return $"Forward FLOPs per sample: {Count(forward)} ({Giga(forward)} GFLOP)";
        yield return $"Training FLOPs per sample: {Count(training)} ({Giga(training)} GFLOP)";
        yield return $"Activations per sample: {Float32Size(ActivationValues(model))}";
        yield return $"Weights: {Float32Size(Values(model.Weights))}";
    }
}
