using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>An input of a model. It states the shape and computes nothing.</summary>
public sealed class InputLayer : Layer
{
    /// <summary>Creates the input. Its symbolic tensor is <see cref="Layer.Output"/>.</summary>
    /// <param name="shape">The shape of one sample, without the batch: (32, 32, 3).</param>
    /// <param name="name">The name, unique in a model. Default <c>input_layer</c>, numbered.</param>
    public InputLayer(TensorShape shape, string? name = null)
        : base(name)
    {
        (Shape, InputShapes, OutputShapes, IsBuilt) = (shape, [shape], [shape], true);
        AddCall(new Node(this, [], isCalledOnList: false, [shape]));
    }

    /// <summary>The shape of one sample.</summary>
    public TensorShape Shape { get; }

    /// <summary>The dtype in files, which only a file sets. Data is cast to it, then to the number format of the computation.</summary>
    internal string SavedDType { get; set; } = "float32";

    /// <summary>Whether data loses its fractions, as in Keras.</summary>
    internal bool HasIntegers => SavedDType.Contains("int", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape == Shape
        ? inputShape
        : throw new ArgumentException($"InputLayer: '{Name}' must be given samples of shape {Shape}, but was {inputShape}.", nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new()
    {
        ["batch_shape"] = Shape.ToKeras(),
        ["dtype"] = SavedDType,
        ["sparse"] = false,
        ["name"] = Name,
    };

    internal static InputLayer FromConfig(KerasConfig config)
    {
        config.Only("sparse", false).Only("ragged", false).Only("optional", false);
        return config.Object("batch_shape") is JsonArray { Count: > 0 } shape && shape.Skip(1).All(dim => dim?.GetValueKind() == JsonValueKind.Number)
            ? new InputLayer(shape.Skip(1).Select(dim => dim!.GetValue<long>()).ToArray(), config.Name())
            : throw new InvalidDataException($"{config.ClassName}: batch_shape must be null followed by whole numbers, but was {config.Object("batch_shape")?.ToJsonString() ?? "null"}.");
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => HasIntegers ? x.trunc() : x;

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => false;
}
