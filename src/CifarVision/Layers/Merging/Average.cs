using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Averages its inputs elementwise: <c>new Average().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>average</c>, numbered.</param>
public sealed class Average(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Mean";

    internal static Average FromConfig(KerasConfig config) => new(config.Name());

    private protected override Tensor Combine(IReadOnlyList<Tensor> inputs) => base.Combine(inputs).Divide(inputs.Count);

    private protected override string CombineInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs) => graph.AddElementwise(OnnxOperator, inputs);

    private protected override Tensor Combine(Tensor x, Tensor y) => x.Add(y);
}
