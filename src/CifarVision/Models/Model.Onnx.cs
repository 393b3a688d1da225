using System.Globalization;
using System.Text.Json;
using CifarVision.Layers;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Models;

public partial class Model
{
    private const string OnnxExtension = ".onnx";

    /// <summary>
    /// Writes the computation of Predict as an ONNX model, for ONNX Runtime and other tools. It has an input <c>input</c>, (batch, H, W, C), and an output
    /// <c>output</c>, (batch, ...), for any number of samples, in float32 whatever the dtype policy of the model. Several inputs or outputs have the names of their
    /// layers. Layers that only act in training are omitted.
    /// </summary>
    /// <param name="path">A file that ends with <c>.onnx</c>. The old file is kept until the new one is complete.</param>
    /// <param name="classNames">The names of the classes in the order of the output; stored as metadata <c>class_names</c>, a JSON list. Default none.</param>
    /// <param name="inputScale">
    /// The factor by which callers must multiply pixels, such as 1 / 255.0 for a model trained on 0..1; stored as metadata <c>input_scale</c>, but not part of the
    /// computation. Default none, for example for a model with a <c>Rescaling</c> or <c>Normalization</c> layer.
    /// </param>
    /// <exception cref="ArgumentException">The extension is not supported, or the number of names differs from the number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not a finite number.</exception>
    /// <exception cref="InvalidOperationException">The model is not built, or is too large for a file. No file is written.</exception>
    /// <exception cref="NotSupportedException">A layer cannot be exported; the message names it. No file is written.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void ExportOnnx(string path, IReadOnlyList<string>? classNames = null, double? inputScale = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!path.EndsWith(OnnxExtension, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"{Kind}: path must end with {OnnxExtension}, but was '{path}'.", nameof(path));
        RequireBuilt(nameof(ExportOnnx));
        if (classNames is not null && Outputs.Count > 1)
            throw new ArgumentException($"{Kind}: classNames must be left out of a model with {Outputs.Count} outputs.", nameof(classNames));
        if (classNames is not null && (OutputShape.Rank == 0 || classNames.Count != OutputShape[^1]))
            throw new ArgumentException($"{Kind}: classNames must have a name for each output of {OutputShape}, but had {classNames.Count}.", nameof(classNames));
        if (inputScale is { } scale && !double.IsFinite(scale))
            throw new ArgumentOutOfRangeException(nameof(inputScale), FormattableString.Invariant($"{Kind}: inputScale must be finite, but was {scale}."));

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var graph = new OnnxGraph(Name, ExportNames(Inputs, OnnxGraph.InputName).Zip(InputShapes));
        IEnumerable<(string, string)> outputs = ExportNames(Outputs, OnnxGraph.OutputName).Zip(ExportOnnx(graph, graph.Inputs));
        List<(string, string)> metadata = [];
        if (classNames is not null)
            metadata.Add(("class_names", JsonSerializer.Serialize(classNames)));
        if (inputScale is { } factor)
            metadata.Add(("input_scale", factor.ToString(CultureInfo.InvariantCulture)));
        AtomicFile.Write(path, stream => graph.Write(stream, outputs, metadata));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ExportOnnxCore(OnnxGraph graph, IReadOnlyList<string> inputs) =>
        Graph.Walk(inputs, (layer, tensors) => layer.ExportOnnx(graph, tensors));

    private static IEnumerable<string> ExportNames(IReadOnlyList<KerasTensor> tensors, string ofOne) =>
        tensors.Count == 1 ? [ofOne] : tensors.Select(tensor => tensor.Name);
}
