using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Tests.Testing;

/// <summary>A layer of several inputs as one of a single input, a vector, which it cuts into them. So <see cref="LayerContract"/> holds it as any other.</summary>
internal sealed class CutInput(Layer layer, TensorShape[] parts) : Layer
{
    public override IReadOnlyList<Layer> Sublayers => [layer];

    public static TensorShape Whole(TensorShape[] parts) => new(parts.Sum(part => part.ElementCount));

    public static CustomObject Custom(TensorShape[] parts) =>
        CustomObject.Of(config => new CutInput(Deserialize(config["layer"]!.AsObject()), parts));

    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Assert.Single(layer.ComputeOutputShape(parts));

    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["layer"] = new JsonObject { ["class_name"] = layer.GetType().Name, ["config"] = layer.GetConfig() };
        return config;
    }

    protected override void BuildCore(TensorShape inputShape) => layer.Build(parts);

    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        var inputs = new List<Tensor>();
        long start = 0;
        foreach (TensorShape part in parts)
        {
            inputs.Add(x.narrow(1, start, part.ElementCount).reshape(part.WithBatch(x.shape[0])));
            start += part.ElementCount;
        }

        return Assert.Single(layer.Forward(inputs, training));
    }
}
