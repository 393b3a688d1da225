using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Layers;

/// <content>How a layer becomes operators of an ONNX model.</content>
public abstract partial class Layer
{
    /// <summary>Adds what the layer computes in inference to an ONNX model; a composite calls it for its sublayers.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="input">The name of the layer's input in it: (N, H, W, C) or (N, ...), float32.</param>
    /// <returns>The name of the layer's output, of the shape that <see cref="ComputeOutputShape(TensorShape)"/> says.</returns>
    /// <exception cref="InvalidOperationException">The layer is not built.</exception>
    /// <exception cref="NotSupportedException">The layer does not know how to be exported; the message names it.</exception>
    public string ExportOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        if (!IsBuilt)
            throw new InvalidOperationException($"{GetType().Name}: '{Name}' must be built before it is exported. Call Build with the input shape first.");
        string around = graph.Scope;
        graph.Scope = Path;
        string output = ExportOnnxCore(graph, input);
        graph.Scope = around;
        return output;
    }

    /// <summary>Adds the operators that compute what <see cref="ForwardCore(Tensor, bool)"/> does in inference; implement it to be exported.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="input">The name of the layer's input in it.</param>
    /// <returns>The name of the layer's output; <paramref name="input"/> itself where inference changes nothing.</returns>
    /// <exception cref="NotSupportedException">The class does not implement it.</exception>
    protected virtual string ExportOnnxCore(OnnxGraph graph, string input) => throw new NotSupportedException(
        $"{GetType().Name}: '{Name}' must say what it is in ONNX, but does not. Override {nameof(ExportOnnxCore)}, or take the layer out of the model.");
}
