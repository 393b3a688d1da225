using CifarVision.Formats;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>
    /// Writes the model for TensorFlow.js, in browsers and Node: <c>model.json</c> and the weights, as float32, in files of at most 4 MB. It is
    /// loaded there by <c>tf.loadLayersModel</c>, takes and gives the same arrays as <see cref="Predict(NDArray, int, int, IEnumerable{Callbacks.Callback}?)"/>,
    /// and computes the same, for inference only.
    /// </summary>
    /// <param name="folder">
    /// A folder to make; the one around it must exist. One that holds an earlier export stays until the new one is whole, and is then replaced.
    /// </param>
    /// <remarks>
    /// Several inputs, or outputs, are in the order of <see cref="Inputs"/> and <see cref="Outputs"/>. Layers that do nothing in inference are left
    /// out. Models inside become their layers, named <c>sequential/conv2d</c> where the model is a Sequential. Characters that TensorFlow.js does not
    /// take in names become <c>_</c>.
    /// </remarks>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks a layer or computes it differently; the message names the layer and says why. Nothing is written.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder around it does not exist.</exception>
    /// <exception cref="ArgumentException">There is a file of this name, or a folder that holds other files than an export.</exception>
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
