using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Layers.Merging;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

/// <summary>Each layer, exported, computes in ONNX Runtime what it computes here.</summary>
public sealed class LayerOnnxTests : IDisposable
{
    private static readonly TensorShape Image = (7, 6, 4);

    private static readonly Dictionary<string, (Func<Layer> Create, TensorShape Sample)> Settings = new()
    {
        ["conv, same, strided, relu"] = (() => new Conv2D(6, (3, 2), strides: 2, padding: Padding.Same, activation: ActivationFunction.Relu), Image),
        ["conv, same, strides (3, 2), even image"] = (() => new Conv2D(5, 4, strides: (3, 2), padding: Padding.Same), (8, 8, 3)),
        ["conv, dilated"] = (() => new Conv2D(6, 3, padding: Padding.Same, dilationRate: 2, useBias: false), Image),
        ["conv, groups"] = (() => new Conv2D(6, 3, groups: 2, activation: ActivationFunction.Softmax), Image),
        ["conv, hard silu"] = (() => new Conv2D(6, 3, activation: ActivationFunction.HardSilu), Image),
        ["conv, sparse plus"] = (() => new Conv2D(6, 3, activation: ActivationFunction.SparsePlus), Image),
        ["conv, soft shrink"] = (() => new Conv2D(6, 3, activation: ActivationFunction.SoftShrink), Image),
        ["transposed conv, valid, overlapping"] = (() => new Conv2DTranspose(5, (3, 4), 2, activation: ActivationFunction.Relu), Image),
        ["transposed conv, valid, with gaps"] = (() => new Conv2DTranspose(3, 2, (3, 4)), Image),
        ["transposed conv, same"] = (() => new Conv2DTranspose(5, (3, 4), (2, 3), Padding.Same, useBias: false), Image),
        ["transposed conv, same, output padding"] = (() => new Conv2DTranspose(5, 3, 2, Padding.Same, outputPadding: (0, 1)), Image),
        ["transposed conv, dilated"] = (() => new Conv2DTranspose(5, 3, padding: Padding.Same, dilationRate: 2), Image),
        ["depthwise conv, several kernels"] = (() => new DepthwiseConv2D(3, padding: Padding.Same, depthMultiplier: 2, activation: ActivationFunction.Relu6), Image),
        ["depthwise conv, same, strided"] = (() => new DepthwiseConv2D((3, 2), 2, Padding.Same, useBias: false), Image),
        ["depthwise conv, dilated"] = (() => new DepthwiseConv2D(3, dilationRate: (2, 1)), Image),
        ["separable conv, same, strided"] = (() => new SeparableConv2D(5, 3, 2, Padding.Same, depthMultiplier: 2, activation: ActivationFunction.Tanh), Image),
        ["separable conv, dilated, without bias"] = (() => new SeparableConv2D(5, 3, padding: Padding.Same, dilationRate: 2, useBias: false), Image),
        ["max pooling, same"] = (() => new MaxPooling2D(3, strides: 2, padding: Padding.Same), Image),
        ["max pooling, valid"] = (() => new MaxPooling2D((2, 3)), Image),
        ["average pooling, same"] = (() => new AveragePooling2D(3, strides: 2, padding: Padding.Same), Image),
        ["average pooling, same, even"] = (() => new AveragePooling2D(4, strides: 3, padding: Padding.Same), Image),
        ["average pooling, valid"] = (() => new AveragePooling2D(2), Image),
        ["global average"] = (() => new GlobalAveragePooling2D(), Image),
        ["global average, keepdims"] = (() => new GlobalAveragePooling2D(keepDims: true), Image),
        ["global max"] = (() => new GlobalMaxPooling2D(), Image),
        ["global max, keepdims"] = (() => new GlobalMaxPooling2D(keepDims: true), Image),
        ["batch normalization of images"] = (() => new BatchNormalization(), Image),
        ["batch normalization of features"] = (() => new BatchNormalization(epsilon: 0.1, center: false, scale: false), 5),
        ["batch normalization of rows"] = (() => new BatchNormalization(), (3, 5)),
        ["normalization"] = (() => new Normalization(), Image),
        ["normalization, given"] = (() => new Normalization(mean: [0.1, 0.2, 0.3, 0.4], variance: [1, 2, 0.5, 0]), Image),
        ["normalization, inverse, of all"] = (() => new Normalization(axis: null, invert: true), Image),
        ["local response"] = (() => new LocalResponseNormalization(depthRadius: 1, bias: 2, alpha: 0.3, beta: 0.75), Image),
        ["local response, alpha 0, beta below 0"] = (() => new LocalResponseNormalization(alpha: 0, bias: 2, beta: -1), Image),
        ["layer normalization"] = (() => new LayerNormalization(), Image),
        ["layer normalization of other axes"] = (() => new LayerNormalization([1, 2], center: false), Image),
        ["layer normalization without weights"] = (() => new LayerNormalization([-2, -1], epsilon: 0.1, center: false, scale: false), (3, 5)),
        ["group normalization"] = (() => new GroupNormalization(2), Image),
        ["group normalization of channels"] = (() => new GroupNormalization(-1, scale: false), (3, 5)),
        ["group normalization of features"] = (() => new GroupNormalization(3, center: false), 6),
        ["layer scale"] = (() => new LayerScale(0.5, 4), Image),
        ["dense"] = (() => new Dense(3, ActivationFunction.Tanh), 5),
        ["dense over images"] = (() => new Dense(3, useBias: false), Image),
        ["flatten"] = (() => new Flatten(), Image),
        ["flatten features"] = (() => new Flatten(), 5),
        ["reshape"] = (() => new Reshape([6, -1]), Image),
        ["zero padding"] = (() => new ZeroPadding2D(((1, 2), (0, 3))), Image),
        ["cropping"] = (() => new Cropping2D(((1, 2), (0, 3))), Image),
        ["upsampling, nearest"] = (() => new UpSampling2D((2, 3)), Image),
        ["upsampling, bilinear"] = (() => new UpSampling2D((3, 2), Interpolation.Bilinear), Image),
        ["permute"] = (() => new Permute([3, 1, 2]), Image),
        ["rescaling"] = (() => new Rescaling(1 / 127.5, -1), Image),
        ["resizing, smaller"] = (() => new Resizing(3, 5), Image),
        ["resizing, larger"] = (() => new Resizing(15, 16), Image),
        ["resizing, nearest"] = (() => new Resizing(10, 4, Interpolation.Nearest), Image),
        ["resizing, part"] = (() => new Resizing(4, 9, cropToAspectRatio: true), Image),
        ["resizing, padded"] = (() => new Resizing(4, 9, padToAspectRatio: true, fillValue: 0.5), Image),
        ["resizing, nearest, padded"] = (() => new Resizing(5, 8, Interpolation.Nearest, padToAspectRatio: true, fillValue: 0.5), Image),
        ["resizing, of two sizes"] = (() => ResizedTwice(Interpolation.Nearest), Image),
        ["center crop"] = (() => new CenterCrop(4, 5), Image),
        ["center crop, small image"] = (() => new CenterCrop(8, 5), Image),
        ["random crop"] = (() => new RandomCrop(4, 3), Image),
        ["rescaling of channels"] = (() => new Rescaling([0.5, 1, -2, 3], [0.25]), Image),
        ["softmax"] = (() => new Softmax(), Image),
        ["softmax over rows"] = (() => new Softmax(axis: 1), Image),
        ["leaky relu"] = (() => new LeakyReLU(0.15), Image),
        ["elu"] = (() => new ELU(0.7), Image),
        ["parametric relu"] = (() => new PReLU(), Image),
        ["parametric relu, shared axes"] = (() => new PReLU(sharedAxes: [1, 2]), Image),
        ["parametric relu between convolutions"] = (() => new Sequential(new Conv2D(3, 3), new PReLU(sharedAxes: [1, 2]), new Conv2D(2, 1)), Image),
        ["relu"] = (() => new ReLU(), Image),
        ["relu, limited"] = (() => new ReLU(maxValue: 0.4), Image),
        ["relu, all three"] = (() => new ReLU(maxValue: 0.6, negativeSlope: 0.3, threshold: 0.25), Image),
        ["dropout"] = (() => new Dropout(0.5), Image),
        ["spatial dropout"] = (() => new SpatialDropout2D(0.5), Image),
        ["gaussian dropout"] = (() => new GaussianDropout(0.5), Image),
        ["gaussian noise"] = (() => new GaussianNoise(0.5), Image),
        ["identity"] = (() => new Identity(), Image),
        ["stochastic depth"] = (() => new StochasticDepth(0.5), Image),
        ["flip"] = (() => new RandomFlip(), Image),
        ["rotation"] = (() => new RandomRotation(0.2), Image),
        ["translation"] = (() => new RandomTranslation(0.2, 0.2), Image),
        ["zoom"] = (() => new RandomZoom(0.2), Image),
        ["brightness"] = (() => new RandomBrightness(0.2), Image),
        ["contrast"] = (() => new RandomContrast(0.2), Image),
        ["erasing"] = (() => new RandomErasing(), Image),
        ["input layer in a block"] = (() => ResidualModel.Create(Image, [new InputLayer(Image)]), Image),
        ["residual"] = (() => ResidualModel.Create(
            Image,
            [new Conv2D(6, 3, strides: 2, padding: Padding.Same), new BatchNormalization(), new ReLU(), new Conv2D(6, 3, padding: Padding.Same)],
            [new Conv2D(6, 1, strides: 2)]), Image),
        ["model in a model"] = (() => new Sequential(new Conv2D(3, 3), new Activation(ActivationFunction.Elu), new MaxPooling2D()), Image),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Settings.Keys];

    public static TheoryData<ActivationFunction> Functions => [.. Enum.GetValues<ActivationFunction>()];

    public static TheoryData<string> Types =>
        [.. typeof(Layer).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && type is { IsAbstract: false, Namespace: "CifarVision.Layers" })
            .Except([typeof(TorchModuleLayer)]) // refuses; a test below
            .Select(type => type.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void ExportOnnx_Layer_ComputesTheSame(string name)
    {
        (Func<Layer> create, TensorShape sample) = Settings[name];
        CheckExport(create(), sample, scale: 1);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void ExportOnnx_Activation_ComputesTheSame(ActivationFunction function) => CheckExport(new Activation(function), Image, scale: 8);

    [Theory]
    [MemberData(nameof(Types))]
    public void Layer_Public_IsAmongThoseExported(string type) =>
        Assert.True(
            Settings.Values.Select(setting => setting.Create).Concat(MergingLayersTests.All.Values.Select(setting => setting.Create))
                .SelectMany(create => WithSublayers(create())).Any(layer => layer.GetType().Name == type),
            $"{type} must be exported to ONNX by a test. Add a line to {nameof(LayerOnnxTests)}.{nameof(Settings)}.");

    [Fact]
    public void ExportOnnx_TorchModule_IsRefusedByName()
    {
        using var model = new Sequential(4, new TorchModuleLayer(torch.nn.Linear(4, 2), name: "linear"));
        string path = _folder.File("model.onnx");

        var error = Assert.Throws<NotSupportedException>(() => model.ExportOnnx(path));

        Assert.StartsWith("TorchModuleLayer: 'linear' holds a TorchSharp module, whose code no ONNX model can hold.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private void CheckExport(Layer layer, TensorShape sample, double scale)
    {
        using var model = new Sequential(sample, layer);
        OnnxRun.Scatter(model);
        string path = _folder.File("layer.onnx");
        model.ExportOnnx(path);
        foreach (int count in new[] { 1, 5 })
        {
            NDArray x = OnnxRun.Numbers(sample, count) * scale;
            // exp(8) is 2981, of which float32 has no 1e-5.
            Near.Absolute(model.Predict(x), OnnxRun.Predict(path, x), 1e-5 * Math.Max(1, Near.Doubles(model.Predict(x)).Max(Math.Abs) / 10));
        }
    }

    /// <summary>A model that calls one Resizing on images of two sizes.</summary>
    internal static Model ResizedTwice(Interpolation interpolation)
    {
        var resizing = new Resizing(4, 9, interpolation);
        KerasTensor x = Keras.Input(Image);
        return new Model(x, new Concatenate().Call(resizing.Call(x), resizing.Call(new CenterCrop(3, 5).Call(x))));
    }

    private static IEnumerable<Layer> WithSublayers(Layer layer) => layer.Sublayers.SelectMany(WithSublayers).Prepend(layer);
}
