using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Layers;

/// <content>Export to ONNX and TensorFlow.js.</content>
public abstract partial class Layer
{
    /// <summary>Whether the layer returns its inputs unchanged in inference, as Dropout does. Exports omit such layers. Default false.</summary>
    protected virtual bool IsIdentityInInference => false;

    /// <summary>Adds the layer's computation in inference to an ONNX model. A composite calls it for its sublayers.</summary>
    /// <param name="graph">The model to add to.</param>
    /// <param name="input">The name of the layer's input in the model: (N, H, W, C) or (N, ...), float32.</param>
    /// <returns>The name of the layer's output.</returns>
    /// <exception cref="ArgumentException">The layer has several inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer is not built, or has several outputs.</exception>
    /// <exception cref="NotSupportedException">The layer cannot be exported; the message names it.</exception>
    public string ExportOnnx(OnnxGraph graph, string input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        IReadOnlyList<string> outputs = ExportOnnx(graph, [input]);
        return outputs.Count == 1
            ? outputs[0]
            : throw new InvalidOperationException($"{GetType().Name}: '{Name}' has {outputs.Count} outputs. Use the form that takes and returns lists.");
    }

    /// <summary>Adds the computation in inference of a layer with several inputs or outputs to an ONNX model.</summary>
    /// <param name="graph">The model to add to.</param>
    /// <param name="inputs">The names of the layer's inputs in the model.</param>
    /// <returns>The names of the layer's outputs.</returns>
    /// <exception cref="ArgumentException">The layer has another number of inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer is not built.</exception>
    /// <exception cref="NotSupportedException">The layer cannot be exported; the message names it.</exception>
    public IReadOnlyList<string> ExportOnnx(OnnxGraph graph, IReadOnlyList<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        if (!IsBuilt)
            throw new InvalidOperationException($"{GetType().Name}: '{Name}' must be built before it is exported. Call Build with the input shape first.");
        if (IsIdentityInInference)
            return inputs;

        // A user's own composite names the tensors between its sublayers; the sublayers know their shapes.
        TensorShape[] shapes = [.. inputs.Select((input, i) => graph.ShapeOrNull(input) ?? InputShapes[i])];
        foreach ((string input, TensorShape shape) in inputs.Zip(shapes))
            graph.SetShape(input, shape);
        string around = graph.Scope;
        graph.Scope = Path;
        IReadOnlyList<string> outputs = ExportOnnxCore(graph, inputs);
        graph.Scope = around;
        foreach ((string output, TensorShape shape) in outputs.Zip(ComputeOutputShape(shapes)))
            graph.SetShape(output, shape);
        return outputs;
    }

    /// <summary>Adds the layer to a TensorFlow.js model, unless it is an identity there.</summary>
    /// <param name="model">The model to add to.</param>
    /// <param name="inputs">The layer's inputs in the model.</param>
    /// <returns>The layer's outputs in the model.</returns>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks the layer, or computes it differently.</exception>
    internal IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs)
    {
        if (IsIdentityInInference)
            return inputs;
        IReadOnlyList<TensorShape> shapes = ComputeOutputShape([.. inputs.Select(input => input.Shape)]);
        return [.. ExportTensorFlowJsCore(model, inputs).Zip(shapes, (output, shape) => output with { Shape = shape })];
    }

    /// <summary>Adds the operators that compute <see cref="ForwardCore(Tensor, bool)"/> in inference. Override it to support export.</summary>
    /// <param name="graph">The model to add to.</param>
    /// <param name="input">The name of the layer's input in the model; <see cref="OnnxGraph.ShapeOf"/> returns its shape.</param>
    /// <returns>The name of the layer's output.</returns>
    /// <exception cref="NotSupportedException">The class does not implement it.</exception>
    protected virtual string ExportOnnxCore(OnnxGraph graph, string input) => throw new NotSupportedException(
        $"{GetType().Name}: '{Name}' must say what it is in ONNX, but does not. Override {nameof(ExportOnnxCore)}, or take the layer out of the model.");

    /// <summary>Adds the operators of a layer with several inputs or outputs. By default the layer has one of each.</summary>
    /// <param name="graph">The model to add to.</param>
    /// <param name="inputs">The names of the layer's inputs in the model.</param>
    /// <returns>The names of the layer's outputs.</returns>
    /// <exception cref="NotSupportedException">The class does not implement it.</exception>
    protected virtual IReadOnlyList<string> ExportOnnxCore(OnnxGraph graph, IReadOnlyList<string> inputs) => [ExportOnnxCore(graph, OnlyInput(inputs))];

    /// <summary>Adds the TensorFlow.js layer that computes the same in inference. Settings that only training uses keep their defaults.</summary>
    /// <exception cref="NotSupportedException">TensorFlow.js has no such layer.</exception>
    private protected virtual TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        throw NotInTensorFlowJs("it knows the layers of this library alone", "Write it as layers that docs/deploying.md lists");

    /// <summary>Adds a layer with several inputs or outputs to a TensorFlow.js model. By default the layer has one of each.</summary>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks the layer, or computes it differently.</exception>
    private protected virtual IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJsCore(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        [ExportTensorFlowJsCore(model, OnlyInput(inputs))];

    /// <summary>Adds a TensorFlow.js layer with the name and the weights of this layer.</summary>
    /// <param name="model">The model to add to.</param>
    /// <param name="className">The name of the class in TensorFlow.js.</param>
    /// <param name="config">Its settings, under the names of Keras 2.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="weights">Its weights; by default those of this layer.</param>
    private protected TensorFlowJsTensor AddTo(
        TensorFlowJsModel model, string className, JsonObject config, IReadOnlyList<TensorFlowJsTensor> inputs, IEnumerable<(string Name, Tensor Values)>? weights = null)
    {
        config["trainable"] = Trainable;
        return model.Add(this, className, Path, config, inputs, [.. weights ?? OwnWeights.Select(weight => (weight.Name, weight.Value))]);
    }

    /// <summary>Returns the settings of a TensorFlow.js BatchNormalization over the last axis.</summary>
    /// <exception cref="NotSupportedException">The input has more axes than TensorFlow.js takes.</exception>
    private protected JsonObject TensorFlowJsBatchNormalization(TensorFlowJsTensor input, double epsilon, bool center, bool scale) => input.Shape.Rank <= 3
        ? new() { ["axis"] = -1, ["epsilon"] = epsilon, ["center"] = center, ["scale"] = scale }
        : throw NotInTensorFlowJs($"its BatchNormalization takes images or less, not {input.Shape}", "Put a Reshape before and after it");

    /// <summary>Returns the name of an activation in TensorFlow.js.</summary>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks it, or computes it differently.</exception>
    private protected string TensorFlowJsName(ActivationFunction activation) => activation switch
    {
        ActivationFunction.Silu => "swish",
        ActivationFunction.HardSigmoid => throw NotInTensorFlowJs("its hard_sigmoid is 0.2 x + 0.5 between 0 and 1, not x / 6 + 0.5", "Use another activation"),
        ActivationFunction.LeakyRelu => throw NotInTensorFlowJs("it knows leaky_relu as a layer only", "Use no activation, and a LeakyReLU(0.2) after it"),
        ActivationFunction.Celu => "elu",
        ActivationFunction.Exponential or ActivationFunction.HardSilu or ActivationFunction.LogSigmoid or ActivationFunction.HardTanh or ActivationFunction.TanhShrink
            or ActivationFunction.HardShrink or ActivationFunction.SoftShrink or ActivationFunction.Squareplus or ActivationFunction.SparsePlus or ActivationFunction.SparseSigmoid
            => throw NotInTensorFlowJs($"it has no activation {activation.KerasName()}", "Use another activation"),
        _ => activation.KerasName(),
    };

    /// <summary>Returns the error for a layer that TensorFlow.js lacks or computes differently.</summary>
    private protected NotSupportedException NotInTensorFlowJs(string reason, string remedy) =>
        new($"{GetType().Name}: '{Path}' cannot be exported to TensorFlow.js: {reason}. {remedy}.");
}
