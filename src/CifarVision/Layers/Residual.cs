using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Layers;

/// <summary>
/// A block with a shortcut: <c>main(x) + shortcut(x)</c>, where the shortcut is x itself unless layers are given for it. So deep models
/// train, since gradients pass by the main layers. Keras has no such layer; there one writes it with the functional API.
/// </summary>
/// <remarks>Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.</remarks>
public sealed class Residual : Layer
{
    private readonly List<Layer> _sublayers = [];

    /// <summary>Puts the two paths together.</summary>
    /// <param name="main">The layers of the main path, first to last; at least one.</param>
    /// <param name="shortcut">The layers of the shortcut, such as a Conv2D with a kernel of 1 where the shape changes. Default none: x itself.</param>
    /// <param name="name">Unique inside a model. Default <c>residual</c>, numbered.</param>
    /// <exception cref="ArgumentException">The main path is empty, or a layer or a name occurs twice.</exception>
    public Residual(IEnumerable<Layer> main, IEnumerable<Layer>? shortcut = null, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(main);
        Main = [.. main];
        Shortcut = shortcut is null ? [] : [.. shortcut];
        if (Main.Count == 0)
            throw new ArgumentException("Residual: main must have at least one layer, but was empty.", nameof(main));
        foreach (Layer layer in Main.Concat(Shortcut))
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(main));
            layer.Rename(LayerNames.Unique(layer, _sublayers, nameof(Residual)), Path);
            _sublayers.Add(layer);
        }
    }

    /// <summary>The layers of the main path, first to last.</summary>
    public IReadOnlyList<Layer> Main { get; }

    /// <summary>The layers of the shortcut, first to last; empty where it is x itself.</summary>
    public IReadOnlyList<Layer> Shortcut { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Sublayers => _sublayers;

    internal override IReadOnlyList<(string Place, IReadOnlyList<Layer> Layers)> SublayerPlaces => [("main", Main), ("shortcut", Shortcut)];

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        TensorShape main = Main.Aggregate(inputShape, (shape, layer) => layer.ComputeOutputShape(shape));
        TensorShape shortcut = Shortcut.Aggregate(inputShape, (shape, layer) => layer.ComputeOutputShape(shape));
        return main == shortcut
            ? main
            : throw new ArgumentException(
                $"Residual: the two paths of '{Name}' must give the same shape, but for {inputShape} the main path gave {main} and the shortcut {shortcut}. "
                + "Give the shortcut a Conv2D with a kernel of 1 and the same filters and strides.",
                nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["main"] = ToKeras(Main);
        config["shortcut"] = ToKeras(Shortcut);
        return config;
    }

    internal static Residual FromConfig(KerasConfig config) => new(Layers(config, "main"), Layers(config, "shortcut"), config.Name());

    internal override string ExportTensorFlowJs(TensorFlowJsModel model, string input)
    {
        string main = Main.Aggregate(input, (current, layer) => layer.ExportTensorFlowJs(model, current));
        string shortcut = Shortcut.Aggregate(input, (current, layer) => layer.ExportTensorFlowJs(model, current));
        return model.Add("Add", Path, [], [main, shortcut]);
    }

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        foreach (IReadOnlyList<Layer> path in new[] { Main, Shortcut })
        {
            TensorShape shape = inputShape;
            foreach (Layer layer in path)
            {
                layer.Build(shape);
                shape = layer.OutputShape;
            }
        }
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.AddElementwise(
        "Add", [Main.Aggregate(input, (x, layer) => layer.ExportOnnx(graph, x)), Shortcut.Aggregate(input, (x, layer) => layer.ExportOnnx(graph, x))]);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        Main.Aggregate(x, (y, layer) => layer.Forward(y, training)).Add(Shortcut.Aggregate(x, (y, layer) => layer.Forward(y, training)));

    private static JsonArray ToKeras(IReadOnlyList<Layer> path)
    {
        JsonArray envelopes = [];
        foreach (Layer layer in path)
        {
            JsonObject envelope = layer.ToKeras();
            // The block builds its layers, so their shapes follow from its own.
            envelope.Remove("build_config");
            envelopes.Add(envelope);
        }

        return envelopes;
    }

    private static IEnumerable<Layer> Layers(KerasConfig config, string key) =>
        config.Object(key) is JsonArray path && path.All(envelope => envelope is JsonObject)
            ? path.Select(envelope => LayerFactory.FromKeras(envelope!.AsObject(), config.Customs))
            : throw new InvalidDataException($"{config.ClassName}: {key} must be a list of layers, but was {config.Object(key)?.ToJsonString() ?? "null"}.");
}
