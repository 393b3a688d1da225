using CifarVision.Datasets;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Losses;

namespace CifarVision.Models;

/// <summary>Warns on standard error, once for each model, of data and losses that train without an error but not as meant.</summary>
/// <param name="kind">The model's class, for messages.</param>
internal sealed class DataWarnings(string kind)
{
    // Images of 0 to 1, of -1 to 1 and standardized ones stay below it, and those of bytes do not.
    private const double LeastOfBytes = 16;
    private const double LargestScaleOfBytes = 1.0 / 32;
    private const int RowsToLookAt = 4;
    private const int FewestRowsToJudge = 5;

    private readonly HashSet<string> _told = [];
    private PixelRange _trainedOn;

    /// <summary>Looks at the data of training.</summary>
    public void Training(LayerGraph graph, BatchSource data, IReadOnlyList<Loss?> losses)
    {
        foreach ((KerasTensor output, Loss? loss) in graph.Outputs.Zip(losses))
            OfLogits(output.Node.Layer.FinalActivation, loss);
        PixelRange range = RangeOf(data);
        OfTwiceScaled(graph, range);
        if (range != PixelRange.Unknown)
            _trainedOn = range;
    }

    /// <summary>Looks at the data of a validation, an evaluation or a prediction.</summary>
    public void Inference(LayerGraph graph, BatchSource data)
    {
        PixelRange range = RangeOf(data);
        OfTwiceScaled(graph, range);
        if (range != PixelRange.Unknown && _trainedOn != PixelRange.Unknown && range != _trainedOn)
            Tell($"images should be scaled as in training, but were {Told(_trainedOn)} there and are {Told(range)} here. An ImageDataset is scaled to 0 .. 1 unless scale: false; arrays are never scaled.");
    }

    /// <summary>Looks at the last rows, which are to validate.</summary>
    public void Split(BatchSource training, BatchSource validation, IReadOnlyList<Loss?> losses)
    {
        if (losses is not [CategoricalCrossentropy or SparseCategoricalCrossentropy or BinaryCrossentropy or CategoricalFocalCrossentropy or BinaryFocalCrossentropy] || validation.Count < FewestRowsToJudge)
            return;
        long[] classes = [.. Labels.ClassOfEachRow(validation.Y[0]).Distinct()];
        if (classes is [long only] && Labels.ClassOfEachRow(training.Y[0]).Any(label => label != only))
            Tell(FormattableString.Invariant($"validationSplit takes the last rows, and all {validation.Count} of them are of class {only}. Shuffle rows that are sorted by class before Fit."));
    }

    private static PixelRange RangeOf(BatchSource data)
    {
        if (data.X is not [{ RowShape.Rank: 3 } rows])
            return PixelRange.Unknown;
        if (data.Scale is not null)
            return PixelRange.Unit;
        if (rows is not RowTable table)
            return PixelRange.Bytes;
        double largest = double.NegativeInfinity;
        double smallest = double.PositiveInfinity;
        for (int row = 0; row < Math.Min(table.Count, RowsToLookAt); row++)
        {
            (double low, double high) = table.Range(row);
            (smallest, largest) = (Math.Min(smallest, low), Math.Max(largest, high));
        }

        return largest > LeastOfBytes && smallest >= 0 ? PixelRange.Bytes : largest is > 0 and <= 1 && smallest >= 0 ? PixelRange.Unit : PixelRange.Unknown;
    }

    private static string Told(PixelRange range) => range == PixelRange.Unit ? "0 .. 1" : "0 .. 255";

    // A layer that scales bytes comes first, or after layers that leave the range of the values.
    private static Rescaling? FirstRescaling(LayerGraph graph)
    {
        foreach (Layer layer in graph.Nodes.Select(node => node.Layer))
        {
            Rescaling? found = layer switch
            {
                Rescaling rescaling => rescaling,
                Model { IsBuilt: true } nested => FirstRescaling(nested.Graph),
                _ => null,
            };
            bool isPassed = layer is InputLayer or Augmentation or ImageSizing || (layer is Model model && model.Layers.All(inner => inner is InputLayer or Augmentation or ImageSizing));
            if (found is not null || !isPassed)
                return found;
        }

        return null;
    }

    private void OfTwiceScaled(LayerGraph graph, PixelRange range)
    {
        if (range == PixelRange.Unit && FirstRescaling(graph) is { } layer && layer.Scale.All(scale => Math.Abs(scale) <= LargestScaleOfBytes))
            Tell(FormattableString.Invariant($"images should be scaled once, but are 0 .. 1 already when the layer '{layer.Name}' multiplies them by {layer.Scale[0]:G3}. Load them with scale: false, or leave out the layer."));
    }

    private void OfLogits(ActivationFunction final, Loss? loss)
    {
        bool isSuspect = final switch
        {
            ActivationFunction.Softmax => loss is CategoricalCrossentropy { FromLogits: true } or SparseCategoricalCrossentropy { FromLogits: true } or CategoricalFocalCrossentropy { FromLogits: true },
            ActivationFunction.Sigmoid => loss is BinaryCrossentropy { FromLogits: true } or BinaryFocalCrossentropy { FromLogits: true },
            _ => false,
        };
        if (!isSuspect)
            return;
        string consequence = loss is CategoricalFocalCrossentropy or BinaryFocalCrossentropy ? "The loss takes these as logits, as in Keras" : "The loss takes the values before it, as in Keras on TensorFlow";
        Tell($"{loss!.GetType().Name} with fromLogits: true should be given logits, but the model ends with {final}, whose output is probabilities. {consequence}. Leave out the activation or fromLogits.");
    }

    private void Tell(string warning)
    {
        lock (_told)
        {
            if (!_told.Add(warning))
                return;
        }

        Console.Error.WriteLine($"{kind}: {warning}");
    }

    private enum PixelRange
    {
        Unknown,
        Unit,
        Bytes,
    }
}
