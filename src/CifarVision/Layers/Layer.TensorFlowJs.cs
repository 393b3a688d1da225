using CifarVision.Saving;

namespace CifarVision.Layers;

/// <content>How a layer is exported to TensorFlow.js.</content>
public abstract partial class Layer
{
    /// <summary>
    /// Adds what the layer computes at inference. A composite adds its layers and says how they are wired; for all others
    /// <see cref="TensorFlowJsLayers"/> is the table.
    /// </summary>
    /// <param name="model">What is added to.</param>
    /// <param name="input">The name of the layer there whose output this one takes.</param>
    /// <returns>The name of the layer there whose output is this one's.</returns>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks the layer, or computes it differently.</exception>
    internal virtual string ExportTensorFlowJs(TensorFlowJsModel model, string input) => TensorFlowJsLayers.Add(this, model, input);
}
