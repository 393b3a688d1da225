using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Layers;

/// <content>What a layer is in an ONNX model and in TensorFlow.js.</content>
public abstract partial class Layer
{
    /// <summary>Whether the layer returns its inputs unchanged in inference, as Dropout does. Exports then leave it out. Default false.</summary>
    protected virtual bool IsIdentityInInference => false;

    /// <summary>Adds what the layer computes in inference to an ONNX model; a composite calls it for its sublayers.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="input">The name of the layer's input in it: (N, H, W, C) or (N, ...), float32.</param>
    /// <returns>The name of the layer's output.</returns>
    /// <exception cref="ArgumentException">The layer has several inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer is not built, or has several outputs.</exception>
    /// <exception cref="NotSupportedException">The layer does not know how to be exported; the message names it.</exception>
    public string ExportOnnx(OnnxGraph graph, string input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        IReadOnlyList<string> outputs = ExportOnnx(graph, [input]);
        return outputs.Count == 1
            ? outputs[0]
            : throw new InvalidOperationException($"{GetType().Name}: '{Name}' has {outputs.Count} outputs. Use the form that takes and returns lists.");
    }

    /// <summary>Adds what a layer of several inputs or outputs computes in inference to an ONNX model.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="inputs">The names of the layer's inputs in it.</param>
    /// <returns>The names of the layer's outputs.</returns>
    /// <exception cref="ArgumentException">The layer has another number of inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer is not built.</exception>
    /// <exception cref="NotSupportedException">The layer does not know how to be exported; the message names it.</exception>
    public IReadOnlyList<string> ExportOnnx(OnnxGraph graph, IReadOnlyList<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        if (!IsBuilt)
            throw new InvalidOperationException($"{GetType().Name}: '{Name}' must be built before it is exported. Call Build with the input shape first.");
        if (IsIdentityInInference)
            return inputs;

        // A composite of the user's names tensors between its sublayers, whose shapes the sublayers know.
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

    /// <summary>Adds the layer to a TensorFlow.js model, unless it is the identity there.</summary>
    /// <param name="model">What is added to.</param>
    /// <param name="inputs">The layer's inputs there.</param>
    /// <returns>The layer's outputs there.</returns>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks the layer, or computes it differently.</exception>
    internal IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs)
    {
        if (IsIdentityInInference)
            return inputs;
        IReadOnlyList<TensorShape> shapes = ComputeOutputShape([.. inputs.Select(input => input.Shape)]);
        return [.. ExportTensorFlowJsCore(model, inputs).Zip(shapes, (output, shape) => output with { Shape = shape })];
    }

    /// <summary>Adds the operators that compute what <see cref="ForwardCore(Tensor, bool)"/> does in inference; implement it to be exported.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="input">The name of the layer's input in it; <see cref="OnnxGraph.ShapeOf"/> has its shape.</param>
    /// <returns>The name of the layer's output.</returns>
    /// <exception cref="NotSupportedException">The class does not implement it.</exception>
    protected virtual string ExportOnnxCore(OnnxGraph graph, string input) => throw new NotSupportedException(
        $"{GetType().Name}: '{Name}' must say what it is in ONNX, but does not. Override {nameof(ExportOnnxCore)}, or take the layer out of the model.");

    /// <summary>Adds the operators of a layer with several inputs or outputs. By default the layer has one of each.</summary>
    /// <param name="graph">The model that is put together.</param>
    /// <param name="inputs">The names of the layer's inputs in it.</param>
    /// <returns>The names of the layer's outputs.</returns>
    /// <exception cref="NotSupportedException">The class does not implement it.</exception>
    protected virtual IReadOnlyList<string> ExportOnnxCore(OnnxGraph graph, IReadOnlyList<string> inputs) => [ExportOnnxCore(graph, OnlyInput(inputs))];

    /// <summary>Adds the layer of TensorFlow.js that computes the same in inference. Settings that only training uses are left to its defaults.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    private protected virtual TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        throw NotInTensorFlowJs("it knows the layers of this library alone", "Write it as layers that docs/deploying.md lists");

    /// <summary>Adds a layer with several inputs or outputs to a TensorFlow.js model. By default the layer has one of each.</summary>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks the layer, or computes it differently.</exception>
    private protected virtual IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJsCore(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        [ExportTensorFlowJsCore(model, OnlyInput(inputs))];

    /// <summary>Adds a layer under this one's name and with its weights.</summary>
    /// <param name="model">What is added to.</param>
    /// <param name="className">The layer's class, as TensorFlow.js knows it.</param>
    /// <param name="config">Its settings, as Keras 2 calls them.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="weights">Its weights, where they are not this layer's.</param>
    private protected TensorFlowJsTensor AddTo(
        TensorFlowJsModel model, string className, JsonObject config, IReadOnlyList<TensorFlowJsTensor> inputs, IEnumerable<(string Name, Tensor Values)>? weights = null)
    {
        config["trainable"] = Trainable;
        return model.Add(this, className, Path, config, inputs, [.. weights ?? OwnWeights.Select(weight => (weight.Name, weight.Value))]);
    }

    /// <summary>Returns the settings of TensorFlow.js' BatchNormalization over the last axis.</summary>
    /// <exception cref="NotSupportedException">The input has more axes than TensorFlow.js takes.</exception>
    private protected JsonObject TensorFlowJsBatchNormalization(TensorFlowJsTensor input, double epsilon, bool center, bool scale) => input.Shape.Rank <= 3
        ? new() { ["axis"] = -1, ["epsilon"] = epsilon, ["center"] = center, ["scale"] = scale }
        : throw NotInTensorFlowJs($"its BatchNormalization takes images or less, not {input.Shape}", "Put a Reshape before and after it");

    /// <summary>Returns the name that TensorFlow.js has for an activation.</summary>
    /// <exception cref="NotSupportedException">TensorFlow.js lacks it, or computes it differently.</exception>
    private protected string TensorFlowJsName(ActivationFunction activation) => activation switch
    {
        ActivationFunction.Silu => "swish",
        ActivationFunction.HardSigmoid => throw NotInTensorFlowJs("its hard_sigmoid is 0.2 x + 0.5 between 0 and 1, not x / 6 + 0.5", "Use another activation"),
        ActivationFunction.LeakyRelu => throw NotInTensorFlowJs("it knows leaky_relu as a layer only", "Use no activation, and a LeakyReLU(0.2) after it"),
        ActivationFunction.Exponential => throw NotInTensorFlowJs("it has no activation exponential", "Use another activation"),
        _ => activation.KerasName(),
    };

    /// <summary>Returns the error for a layer that TensorFlow.js lacks or computes differently.</summary>
    private protected NotSupportedException NotInTensorFlowJs(string reason, string remedy) =>
        new($"{GetType().Name}: '{Path}' cannot be exported to TensorFlow.js: {reason}. {remedy}.");
}
