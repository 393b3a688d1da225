using CifarVision.Formats;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>
    /// Writes the model for TensorFlow.js in browsers and Node: <c>model.json</c>, and the weights as float32 in files of at most 4 MB. <c>tf.loadLayersModel</c>
    /// loads it. It takes and returns the same arrays as <see cref="Predict(NDArray, int, int, IEnumerable{Callbacks.Callback}?, bool)"/> and computes the same, for
    /// inference only.
    /// </summary>
    /// <param name="folder">
    /// The folder to create; its parent must exist. The folder of an earlier export is kept until the new one is complete, and is then replaced.
    /// </param>
    /// <remarks>
    /// Several inputs or outputs are in the order of <see cref="Inputs"/> and <see cref="Outputs"/>. Layers that do nothing in inference are omitted. Nested models
    /// are replaced by their layers, named <c>sequential/conv2d</c> if the model is a Sequential. Characters that TensorFlow.js does not allow in names become
    /// <c>_</c>.
    /// </remarks>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks a layer or computes it differently; the message names the layer and says why. Nothing is written.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    /// <exception cref="DirectoryNotFoundException">The parent does not exist.</exception>
    /// <exception cref="ArgumentException">There is a file of this name, or a folder with files that do not belong to an export.</exception>
    public void ExportTensorFlowJs(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        RequireBuilt(nameof(ExportTensorFlowJs));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var model = new TensorFlowJsModel(Path, ExportNames(Inputs, "input").Zip(InputShapes));
        model.Write(folder, ExportTensorFlowJs(model, model.Inputs));
    }

    private protected override IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJsCore(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        Graph.Walk(inputs, (layer, tensors) => layer.ExportTensorFlowJs(model, tensors));
}
