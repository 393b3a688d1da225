using System.Reflection;
using CifarVision.Runtime;
using Google.Protobuf;

namespace CifarVision.Formats;

/// <summary>
/// Builds an ONNX model: each layer adds its operators and returns the name of its output. Tensors are float32 and have the shapes of tensors between layers,
/// images (N, H, W, C); <see cref="ChannelsFirst"/> and <see cref="ChannelsLast"/> transpose for operators that take (N, C, H, W). Transposes that cancel each
/// other are omitted.
/// </summary>
/// <remarks>The operators are those of operator set <see cref="OperatorSet"/>: https://onnx.ai/onnx/operators.</remarks>
public sealed class OnnxGraph
{
    /// <summary>The version of ONNX's operator set.</summary>
    public const int OperatorSet = 17;

    /// <summary>The name of the input of a model with one input; several inputs have the names of their layers.</summary>
    public const string InputName = "input";

    /// <summary>The name of the output of a model with one output; several outputs have the names of their layers.</summary>
    public const string OutputName = "output";

    // The version of the file format that was released with the operator set.
    private const int FormatVersion = 8;
    // A file is one protobuf message, which is limited to 2 GB; 16 MB are reserved for operators and names.
    private const long MostConstantBytes = int.MaxValue - (16 << 20);
    private const string TransposeOperator = "Transpose";

    private readonly GraphProto _graph;
    private readonly Dictionary<string, NodeProto> _transposes = [];
    private readonly Dictionary<string, TensorProto> _constants = [];
    private readonly Dictionary<string, TensorShape> _shapes = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _scalars = [];
    private long _constantBytes;

    internal OnnxGraph(string name, IEnumerable<(string Name, TensorShape Shape)> inputs)
    {
        _graph = new GraphProto { Name = name };
        foreach ((string input, TensorShape shape) in inputs)
        {
            _graph.Input.Add(Describe(Unique(input), shape));
            SetShape(_graph.Input[^1].Name, shape);
        }
    }

    /// <summary>The names of the inputs.</summary>
    internal IReadOnlyList<string> Inputs => [.. _graph.Input.Select(input => input.Name)];

    /// <summary>The prefix of names: the path of the layer that adds operators.</summary>
    internal string Scope { get; set; } = "";

    /// <summary>Returns the shape of one sample of a layer's input or output.</summary>
    /// <param name="tensor">The name of the tensor.</param>
    /// <exception cref="ArgumentException">The tensor is neither.</exception>
    public TensorShape ShapeOf(string tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return ShapeOrNull(tensor) ?? throw new ArgumentException($"OnnxGraph: tensor must be an input or an output of a layer, but was '{tensor}'.", nameof(tensor));
    }

    internal TensorShape? ShapeOrNull(string tensor) => _shapes.TryGetValue(tensor, out TensorShape shape) ? shape : (TensorShape?)null;

    internal void SetShape(string tensor, TensorShape shape) => _shapes[tensor] = shape;

    /// <summary>Adds an operator.</summary>
    /// <param name="operatorType">The name of the operator in ONNX, such as <c>Conv</c>.</param>
    /// <param name="inputs">The names of the inputs, in ONNX's order.</param>
    /// <param name="attributes">The attributes that differ from their defaults.</param>
    /// <returns>The name of the output.</returns>
    public string Add(string operatorType, IReadOnlyList<string> inputs, params ReadOnlySpan<(string Name, OnnxAttribute Value)> attributes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorType);
        ArgumentNullException.ThrowIfNull(inputs);
        string output = Unique(operatorType);
        var node = new NodeProto { OpType = operatorType, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach ((string name, OnnxAttribute value) in attributes)
            node.Attribute.Add(value.Named(name));
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>
    /// Adds an elementwise operator, such as <c>Relu</c> or <c>Add</c>. If its inputs are transposed, it is added before the transposes, so that these can cancel
    /// with their inverses.
    /// </summary>
    /// <param name="operatorType">The name of the operator in ONNX.</param>
    /// <param name="inputs">The names of the inputs, in ONNX's order.</param>
    /// <param name="attributes">The attributes that differ from their defaults.</param>
    /// <returns>The name of the output.</returns>
    public string AddElementwise(string operatorType, IReadOnlyList<string> inputs, params ReadOnlySpan<(string Name, OnnxAttribute Value)> attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        NodeProto? transpose = inputs.Select(input => _transposes.GetValueOrDefault(input)).FirstOrDefault(made => made is not null);
        if (transpose is null || !inputs.All(input => _scalars.Contains(input) || _transposes.GetValueOrDefault(input)?.Attribute[0].Equals(transpose.Attribute[0]) == true))
            return Add(operatorType, inputs, attributes);
        string[] before = [.. inputs.Select(input => _scalars.Contains(input) ? input : _transposes[input].Input[0])];
        return Transpose(Add(operatorType, before, attributes), [.. transpose.Attribute[0].Ints]);
    }

    /// <summary>Transposes to channels first: (N, H, W, C) -> (N, C, H, W).</summary>
    /// <param name="input">The name of the tensor.</param>
    /// <param name="rank">The number of axes, including the batch. Default 4.</param>
    /// <returns>The name of the transposed tensor.</returns>
    public string ChannelsFirst(string input, int rank = 4) => Transpose(input, [0, rank - 1, .. Axes(1, rank - 2)]);

    /// <summary>Transposes to channels last: (N, C, H, W) -> (N, H, W, C).</summary>
    /// <param name="input">The name of the tensor.</param>
    /// <param name="rank">The number of axes, including the batch. Default 4.</param>
    /// <returns>The name of the transposed tensor.</returns>
    public string ChannelsLast(string input, int rank = 4) => Transpose(input, [0, .. Axes(2, rank - 2), 1]);

    /// <summary>Adds an array to the model, such as a weight. An array that is added twice under the same name, by a layer that is called twice, is stored once.</summary>
    /// <param name="name">The last part of its name in the model, such as <c>kernel</c>.</param>
    /// <param name="values">The values; stored as float32, or as int64 if they are integers.</param>
    /// <returns>The name of the array.</returns>
    /// <exception cref="InvalidOperationException">All arrays together exceed the 2 GB limit of an ONNX file.</exception>
    public string Constant(string name, Tensor values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(values);
        RequireRoom(values.numel() * values.element_size());
        TensorProto array = ToProto(values);
        if (_constants.TryGetValue(Scoped(name), out TensorProto? known) && known.DataType == array.DataType && known.Dims.Equals(array.Dims) && known.RawData.Equals(array.RawData))
            return known.Name;
        RequireRoom(_constantBytes += array.RawData.Length);
        array.Name = Unique(name);
        _constants[Scoped(name)] = array;
        _graph.Initializer.Add(array);
        if (array.Dims.Count == 0)
            _scalars.Add(array.Name);
        return array.Name;
    }

    /// <summary>Adds a number to the model, for an operator that takes it as an input.</summary>
    /// <param name="name">The last part of its name in the model, such as <c>scale</c>.</param>
    /// <param name="value">The number; stored as float32.</param>
    /// <returns>The name of the number.</returns>
    public string Constant(string name, double value)
    {
        using Tensor number = torch.tensor((float)value, device: torch.CPU);
        return Constant(name, number);
    }

    /// <summary>Writes the model, with only the operators that the outputs need.</summary>
    /// <param name="stream">The target.</param>
    /// <param name="outputs">The name of each output, and its tensor.</param>
    /// <param name="metadata">The metadata of the file, by name.</param>
    internal void Write(Stream stream, IEnumerable<(string Name, string Tensor)> outputs, IEnumerable<(string Name, string Text)> metadata)
    {
        (string Name, string Tensor)[] named = [.. outputs.Select(output => (Unique(output.Name), output.Tensor))];
        GraphProto graph = Needed(named.Select(output => output.Tensor));
        foreach ((string name, string tensor) in named)
        {
            graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { tensor }, Output = { name } });
            graph.Output.Add(Describe(name, ShapeOf(tensor)));
        }

        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = nameof(CifarVision),
            ProducerVersion = typeof(OnnxGraph).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
            MetadataProps = { metadata.Select(entry => new StringStringEntryProto { Key = entry.Name, Value = entry.Text }) },
        };
        model.WriteTo(stream);
    }

    private static IEnumerable<long> Axes(int first, int count) => Enumerable.Range(first, Math.Max(0, count)).Select(axis => (long)axis);

    private static ValueInfoProto Describe(string name, TensorShape sample)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        foreach (long length in sample.Dims)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string Transpose(string input, long[] permutation)
    {
        if (permutation.Index().All(axis => axis.Item == axis.Index))
            return input;
        if (_transposes.TryGetValue(input, out NodeProto? made) && permutation.Index().All(axis => made.Attribute[0].Ints[(int)axis.Item] == axis.Index))
            return made.Input[0];
        string output = Add(TransposeOperator, [input], ("perm", permutation));
        _transposes.Add(output, _graph.Node[^1]);
        return output;
    }

    private static TensorProto ToProto(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        bool isWhole = torch.is_integral(values);
        Tensor plain = values.detach().to(isWhole ? ScalarType.Int64 : ScalarType.Float32).cpu().contiguous();
        var array = new TensorProto
        {
            DataType = (int)(isWhole ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float),
            RawData = UnsafeByteOperations.UnsafeWrap(plain.bytes.ToArray()),
        };
        array.Dims.AddRange(plain.shape);
        return array;
    }

    private void RequireRoom(long bytes)
    {
        if (bytes > MostConstantBytes)
            throw new InvalidOperationException($"OnnxGraph: the arrays of '{_graph.Name}' must take less than 2 GB, which is all an ONNX file holds.");
    }

    private string Scoped(string name) => Scope.Length == 0 ? name : $"{Scope}/{name}";

    private string Unique(string name)
    {
        string path = Scoped(name);
        string unique = path;
        for (int number = 1; !_names.Add(unique); number++)
            unique = FormattableString.Invariant($"{path}_{number}");
        return unique;
    }

    private GraphProto Needed(IEnumerable<string> outputs)
    {
        HashSet<string> needed = [.. outputs];
        var nodes = new Stack<NodeProto>();
        foreach (NodeProto node in _graph.Node.Reverse())
        {
            if (!needed.Contains(node.Output[0]))
                continue;
            nodes.Push(node);
            needed.UnionWith(node.Input);
        }

        return new GraphProto
        {
            Name = _graph.Name,
            Input = { _graph.Input },
            Node = { nodes },
            Initializer = { _graph.Initializer.Where(array => needed.Contains(array.Name)) },
        };
    }
}
