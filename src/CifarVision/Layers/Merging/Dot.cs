using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// The dot product of two inputs along one axis of each: <c>new Dot(axes: 1).Call(a, b)</c>. The output has the other axes of the first
/// input, then those of the second: (N, A, S) and (N, S, B) with axes (2, 1) give (N, A, B); two vectors (N, S) give (N, 1).
/// </summary>
public sealed class Dot : Merge
{
    // Keras' epsilon, the smallest divisor.
    private const double ShortestNorm = 1e-7;

    private readonly bool _isOneAxis;

    /// <summary>Creates the layer for the same axis of both inputs.</summary>
    /// <param name="axes">The axis, counted with the batch as axis 0, or from the end if negative.</param>
    /// <param name="normalize">Whether to normalize both inputs along the axis first, so that the output is their cosine similarity. Default false.</param>
    /// <param name="name">The name, unique in a model. Default <c>dot</c>, numbered.</param>
    public Dot(int axes, bool normalize = false, string? name = null)
        : this((axes, axes), normalize, name) => _isOneAxis = true;

    /// <summary>Creates the layer for an axis of each input.</summary>
    /// <param name="axes">An axis of the first input and one of the second, counted with the batch as axis 0, or from the end if negative.</param>
    /// <param name="normalize">Whether to normalize both inputs along the axis first, so that the output is their cosine similarity. Default false.</param>
    /// <param name="name">The name, unique in a model. Default <c>dot</c>, numbered.</param>
    public Dot((int First, int Second) axes, bool normalize = false, string? name = null)
        : base(name) => (Axes, Normalize) = (axes, normalize);

    /// <summary>The axes as given.</summary>
    public (int First, int Second) Axes { get; }

    /// <summary>Whether both inputs are normalized along the axis first.</summary>
    public bool Normalize { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axes"] = _isOneAxis ? Axes.First : new JsonArray(Axes.First, Axes.Second);
        config["normalize"] = Normalize;
        return config;
    }

    internal static Dot FromConfig(KerasConfig config)
    {
        const string rule = "a whole number or a pair of them";
        if (config.Object("axes") is not JsonArray)
            return new Dot(config.Whole("axes"), config.Flag("normalize", false), config.Name());
        return config.Required<int[]>("axes", rule) is [int first, int second]
            ? new Dot((first, second), config.Flag("normalize", false), config.Name())
            : throw new InvalidDataException($"{config.ClassName}: axes must be {rule}.");
    }

    private protected override TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes)
    {
        RequireTwo(shapes);
        int first = AxisOf(shapes[0], Axes.First);
        int second = AxisOf(shapes[1], Axes.Second);
        if (shapes[0][first] != shapes[1][second])
            throw new ArgumentException(FormattableString.Invariant($"Dot: '{Name}' must be given inputs of equal length along axes {Axes.First} and {Axes.Second}, but was given {shapes[0]} and {shapes[1]}."));
        long[] rest = [.. Without(shapes[0].Dims.ToArray(), first), .. Without(shapes[1].Dims.ToArray(), second)];
        return rest.Length == 0 ? new TensorShape(1) : rest;
    }

    private protected override Tensor MergeTensors(IReadOnlyList<Tensor> inputs)
    {
        (Tensor first, Tensor second) = (inputs[0], inputs[1]);
        if (Normalize)
            (first, second) = (Normalized(first, Axes.First), Normalized(second, Axes.Second));
        Tensor products = torch.einsum(Equation((int)first.dim(), (int)second.dim()), first, second);
        return products.dim() == 1 ? products.unsqueeze(1) : products;
    }

    private protected override string MergeInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs)
    {
        (string first, string second) = (inputs[0], inputs[1]);
        if (Normalize)
            (first, second) = (Normalized(graph, first, Axes.First), Normalized(graph, second, Axes.Second));
        string products = graph.Add("Einsum", [first, second], ("equation", Equation(graph.ShapeOf(inputs[0]).Rank + 1, graph.ShapeOf(inputs[1]).Rank + 1)));
        return graph.ShapeOf(inputs[0]).Rank == 1 && graph.ShapeOf(inputs[1]).Rank == 1 ? graph.Add("Unsqueeze", [products, graph.Constant("axes", torch.tensor([1L], device: torch.CPU))]) : products;
    }

    private protected override TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs)
    {
        if (Normalize)
            throw NotInTensorFlowJs("it divides vectors shorter than 0.0003 by that, not by their length", "Use normalize: false");
        if (inputs.Any(input => input.Shape.Rank > 2))
            throw NotInTensorFlowJs("its Dot takes at most two axes beside the batch", "Put a Reshape before it");
        return AddTo(model, "Dot", new() { ["axes"] = new JsonArray(AxisOf(inputs[0].Shape, Axes.First) + 1, AxisOf(inputs[1].Shape, Axes.Second) + 1) }, inputs);
    }

    private static string Normalized(OnnxGraph graph, string x, int axis)
    {
        string squares = graph.Add("ReduceSum", [graph.Add("Mul", [x, x]), graph.Constant("axis", torch.tensor([(long)axis], device: torch.CPU))]);
        return graph.Add("Div", [x, graph.Add("Sqrt", [graph.Add("Max", [squares, graph.Constant("least", ShortestNorm * ShortestNorm)])])]);
    }

    private static Tensor Normalized(Tensor x, int axis) => x * x.Square().sum(axis, keepdim: true).ClampMin(ShortestNorm * ShortestNorm).rsqrt();

    private static int AxisOf(TensorShape shape, int axis)
    {
        int ofSample = axis < 0 ? shape.Rank + axis : axis - 1;
        return ofSample >= 0 && ofSample < shape.Rank
            ? ofSample
            : throw new ArgumentException(FormattableString.Invariant($"Dot: axes must be among the sample's, but was {axis} for {shape}. Axis 0 is the batch."));
    }

    private static IEnumerable<T> Without<T>(IEnumerable<T> items, int index) => items.Where((_, i) => i != index);

    private static string Labels(char first, int rank, int summed) =>
        string.Concat(Enumerable.Range(0, rank).Select(axis => axis == 0 ? 'n' : axis == (summed < 0 ? rank + summed : summed) ? 's' : (char)(first + axis - 1)));

    /// <summary>Returns the equation in Einstein notation: n is the batch, s the summed axis, and every other axis a letter, as in <c>nas,nsA->naA</c>.</summary>
    private string Equation(int firstRank, int secondRank)
    {
        string first = Labels('a', firstRank, Axes.First);
        string second = Labels('A', secondRank, Axes.Second);
        return $"{first},{second}->{first.Replace("s", "", StringComparison.Ordinal)}{second[1..].Replace("s", "", StringComparison.Ordinal)}";
    }
}
