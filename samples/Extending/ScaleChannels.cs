using CifarVision.Formats;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace Extending;

#region several
/// <summary>Scales images by a vector, channel by channel: (N, H, W, C) and (N, C) -> (N, H, W, C).</summary>
internal sealed class ScaleChannels(string? name = null) : Layer(name)
{
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => ComputeOutputShape([inputShape])[0];

    protected override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) =>
        inputShapes is [{ Rank: 3 } images, { Rank: 1 } factors] && images[2] == factors[0]
            ? [images]
            : throw new ArgumentException($"ScaleChannels: inputs must be images and a vector of as many values as channels, but were {string.Join(", ", inputShapes)}. Call it on both.");

    protected override void BuildCore(IReadOnlyList<TensorShape> inputShapes)
    {
    }

    protected override Tensor ForwardCore(Tensor x, bool training) => ForwardCore([x], training)[0];

    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) =>
        [inputs[0] * inputs[1].unsqueeze(1).unsqueeze(1)];

    protected override IReadOnlyList<string> ExportOnnxCore(OnnxGraph graph, IReadOnlyList<string> inputs)
    {
        string factors = graph.Add("Unsqueeze", [inputs[1], graph.Constant("axes", torch.tensor(new long[] { 1, 2 }))]);
        return [graph.Add("Mul", [inputs[0], factors])];
    }
}
#endregion
