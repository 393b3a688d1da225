using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Layers.Merging;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

/// <summary>The table of layers in docs/deploying.md, entry by entry, against the real TensorFlow.js.</summary>
public sealed class TensorFlowJsLayersTests : IDisposable
{
    // Relative to the largest value, which is under 10 but where a variance of 0 makes it a million.
    private const double Tolerance = 1e-6;

    private static readonly TensorShape Image = (7, 6, 4);

    private static readonly TensorShape Video = new(2, 3, 4, 5);

    private static readonly Dictionary<string, (TensorShape Shape, Func<Layer> Create)> Same = new()
    {
        ["Activation celu"] = (13, () => new Activation(ActivationFunction.Celu)),
        ["Activation elu"] = (13, () => new Activation(ActivationFunction.Elu)),
        ["Activation gelu"] = (13, () => new Activation(ActivationFunction.Gelu)),
        ["Activation leaky_relu"] = (13, () => new Activation(ActivationFunction.LeakyRelu)),
        ["Activation log_softmax"] = (13, () => new Activation(ActivationFunction.LogSoftmax)),
        ["Activation mish"] = (13, () => new Activation(ActivationFunction.Mish)),
        ["Activation relu"] = (13, () => new Activation(ActivationFunction.Relu)),
        ["Activation relu6"] = (13, () => new Activation(ActivationFunction.Relu6)),
        ["Activation selu"] = (13, () => new Activation(ActivationFunction.Selu)),
        ["Activation sigmoid"] = (13, () => new Activation(ActivationFunction.Sigmoid)),
        ["Activation silu"] = (13, () => new Activation(ActivationFunction.Silu)),
        ["Activation softmax"] = (13, () => new Activation(ActivationFunction.Softmax)),
        ["Activation softmax of images"] = (Image, () => new Activation(ActivationFunction.Softmax)),
        ["Activation softplus"] = (13, () => new Activation(ActivationFunction.Softplus)),
        ["Activation softsign"] = (13, () => new Activation(ActivationFunction.Softsign)),
        ["Activation tanh"] = (13, () => new Activation(ActivationFunction.Tanh)),
        ["AveragePooling2D"] = (Image, () => new AveragePooling2D()),
        ["AveragePooling2D same, which leaves padding out"] = (Image, () => new AveragePooling2D(3, 2, Padding.Same)),
        ["BatchNormalization"] = (Image, () => new BatchNormalization(epsilon: 0.01)),
        ["BatchNormalization of rows"] = (13, () => new BatchNormalization()),
        ["BatchNormalization of sequences"] = ((5, 3), () => new BatchNormalization(epsilon: 0)),
        ["BatchNormalization without gamma"] = (Image, () => new BatchNormalization(scale: false)),
        ["BatchNormalization without beta"] = (Image, () => new BatchNormalization(center: false)),
        ["CenterCrop"] = (Image, () => new CenterCrop(4, 5)),
        ["CenterCrop of small images"] = (Image, () => new CenterCrop(8, 5)),
        ["Conv2D"] = (Image, () => new Conv2D(5, 3)),
        ["Conv2D same with strides, relu"] = (Image, () => new Conv2D(5, (4, 3), 2, Padding.Same, activation: ActivationFunction.Relu)),
        ["Conv2D dilated, without bias"] = (Image, () => new Conv2D(5, 3, padding: Padding.Same, dilationRate: 2, useBias: false)),
        ["Conv2D elu"] = (Image, () => new Conv2D(5, 1, activation: ActivationFunction.Elu)),
        ["Conv2D silu"] = (Image, () => new Conv2D(5, 3, activation: ActivationFunction.Silu)),
        ["Conv2D softmax"] = (Image, () => new Conv2D(5, 3, activation: ActivationFunction.Softmax)),
        ["Conv2DTranspose"] = (Image, () => new Conv2DTranspose(5, 3, 2)),
        ["Conv2DTranspose same with strides, relu"] = (Image, () => new Conv2DTranspose(5, (3, 4), (2, 3), Padding.Same, activation: ActivationFunction.Relu)),
        ["Conv2DTranspose of gaps, without bias"] = (Image, () => new Conv2DTranspose(5, 2, 3, useBias: false)),
        ["Cropping2D"] = (Image, () => new Cropping2D(((1, 0), (2, 3)))),
        ["Dense"] = (13, () => new Dense(5)),
        ["Dense of images, tanh"] = (Image, () => new Dense(5, ActivationFunction.Tanh)),
        ["Dense relu, without bias"] = (13, () => new Dense(5, ActivationFunction.Relu, useBias: false)),
        ["DepthwiseConv2D"] = (Image, () => new DepthwiseConv2D(3)),
        ["DepthwiseConv2D same with strides, several kernels, relu6"] = (Image, () => new DepthwiseConv2D((3, 2), 2, Padding.Same, depthMultiplier: 2, activation: ActivationFunction.Relu6)),
        ["DepthwiseConv2D without bias"] = (Image, () => new DepthwiseConv2D(3, padding: Padding.Same, useBias: false)),
        ["DepthwiseConv2D of other strides"] = (Image, () => new DepthwiseConv2D(3, (2, 1), Padding.Same)),
        ["ELU"] = (13, () => new ELU()),
        ["Flatten"] = (Image, () => new Flatten()),
        ["GlobalAveragePooling2D"] = (Image, () => new GlobalAveragePooling2D()),
        ["GlobalAveragePooling2D keepDims"] = (Image, () => new GlobalAveragePooling2D(keepDims: true)),
        ["GlobalMaxPooling2D"] = (Image, () => new GlobalMaxPooling2D()),
        ["GlobalMaxPooling2D keepDims"] = (Image, () => new GlobalMaxPooling2D(keepDims: true)),
        ["LayerNormalization"] = (Image, () => new LayerNormalization(epsilon: 0.01)),
        ["LayerNormalization of other axes"] = (Image, () => new LayerNormalization([1, 2], center: false)),
        ["LayerNormalization of rows without gamma"] = (13, () => new LayerNormalization(scale: false)),
        ["LayerScale"] = (Image, () => new LayerScale(0.5, 4)),
        ["LeakyReLU"] = (13, () => new LeakyReLU(0.1)),
        ["MaxPooling2D"] = (Image, () => new MaxPooling2D((3, 2))),
        ["MaxPooling2D same"] = (Image, () => new MaxPooling2D(3, 2, Padding.Same)),
        ["Normalization adapted"] = (Image, () => new Normalization()),
        ["Normalization of all values"] = (Image, () => new Normalization(axis: null, mean: [0.25], variance: [4])),
        ["Normalization given, variance 0"] = (Image, () => new Normalization(mean: [0, 0.5, 1e-8, -1], variance: [1, 4, 0, 0.01])),
        ["Normalization inverted"] = (Image, () => new Normalization(mean: [1, 2, 3, 4], variance: [1, 4, 9, 16], invert: true)),
        ["Permute"] = (Image, () => new Permute([3, 1, 2])),
        ["PReLU with one shared axis"] = (Image, () => new PReLU(sharedAxes: [3])),
        ["PReLU with shared axes"] = (Image, () => new PReLU(sharedAxes: [1, 2])),
        ["PReLU"] = (Image, () => new PReLU()),
        ["ReLU"] = (13, () => new ReLU()),
        ["ReLU with a maximum"] = (13, () => new ReLU(maxValue: 0.5)),
        ["ReLU with a slope"] = (13, () => new ReLU(negativeSlope: 0.25)),
        ["RandomCrop"] = (Image, () => new RandomCrop(4, 3)),
        ["Rescaling"] = (Image, () => new Rescaling(1 / 127.5, -1)),
        ["Rescaling of channels"] = (Image, () => new Rescaling([0.5, 1, -2, 3], [0, 1, 2, 3])),
        ["Reshape"] = (Image, () => new Reshape([2, -1, 6])),
        ["Resizing"] = (Image, () => new Resizing(15, 5)),
        ["Resizing of the columns"] = (Image, () => new Resizing(7, 9)),
        ["Resizing nearest"] = (Image, () => new Resizing(10, 4, Interpolation.Nearest)),
        ["Resizing a part"] = (Image, () => new Resizing(4, 9, cropToAspectRatio: true)),
        ["Resizing with padding"] = (Image, () => new Resizing(4, 9, padToAspectRatio: true, fillValue: 0.5)),
        ["Resizing of two sizes"] = (Image, () => LayerOnnxTests.ResizedTwice(Interpolation.Bilinear)),
        ["Model with a shortcut"] = (Image, () => ResidualModel.Create(Image, [new Conv2D(4, 3, padding: Padding.Same), new ReLU()])),
        ["Model with layers on the shortcut"] = (Image, () => ResidualModel.Create(Image, [new Conv2D(3, 3, 2, Padding.Same)], [new Conv2D(3, 1, 2)])),
        ["Model of models"] = (Image, () => ResidualModel.Create(Image, [ResidualModel.Create(Image, [new Dense(4)], name: "main"), new ReLU()], [ResidualModel.Create(Image, [new Dropout(0.5)], name: "short")])),
        ["Sequential inside"] = (Image, () => new Sequential(new Conv2D(3, 3), new Sequential(new Conv2D(2, 1), new Flatten()))),
        ["SeparableConv2D"] = (Image, () => new SeparableConv2D(5, 3)),
        ["SeparableConv2D same with strides, several kernels, tanh"] = (Image, () => new SeparableConv2D(5, (3, 2), 2, Padding.Same, depthMultiplier: 2, activation: ActivationFunction.Tanh)),
        ["SeparableConv2D dilated, without bias"] = (Image, () => new SeparableConv2D(5, 3, padding: Padding.Same, dilationRate: 2, useBias: false)),
        ["Softmax"] = (13, () => new Softmax()),
        ["Softmax counted from the front"] = (Image, () => new Softmax(axis: 3)),
        ["UpSampling2D"] = (Image, () => new UpSampling2D((2, 3))),
        ["ZeroPadding2D"] = (Image, () => new ZeroPadding2D(((1, 0), (2, 3)))),
    };

    private static readonly Dictionary<string, (TensorShape Shape, Func<Layer> Create)> Nothing = new()
    {
        ["Activation linear"] = (13, () => new Activation(ActivationFunction.Linear)),
        ["CenterCrop of the whole"] = (Image, () => new CenterCrop(7, 6)),
        ["Dropout"] = (13, () => new Dropout(0.5)),
        ["Flatten of rows"] = (13, () => new Flatten()),
        ["GaussianDropout"] = (13, () => new GaussianDropout(0.5)),
        ["GaussianNoise"] = (13, () => new GaussianNoise(0.5)),
        ["Identity"] = (13, () => new Identity()),
        ["RandomBrightness"] = (Image, () => new RandomBrightness(0.1)),
        ["RandomContrast"] = (Image, () => new RandomContrast(0.1)),
        ["RandomErasing"] = (Image, () => new RandomErasing()),
        ["RandomFlip"] = (Image, () => new RandomFlip()),
        ["RandomRotation"] = (Image, () => new RandomRotation(0.1)),
        ["RandomTranslation"] = (Image, () => new RandomTranslation(0.1, 0.1)),
        ["RandomZoom"] = (Image, () => new RandomZoom(0.1)),
        ["Reshape to the same"] = (Image, () => new Reshape(Image)),
        ["Resizing to the same"] = (Image, () => new Resizing(7, 6)),
        ["SpatialDropout2D"] = (Image, () => new SpatialDropout2D(0.5)),
        ["StochasticDepth"] = (Image, () => new StochasticDepth(0.5)),
    };

    private static readonly Dictionary<string, (TensorShape Shape, Func<Layer> Create, string Message)> Refused = new()
    {
        ["Activation exponential"] = (13, () => new Activation(ActivationFunction.Exponential), "Activation: 'sequential/activation' cannot be exported to TensorFlow.js: it has no activation exponential. Use another activation."),
        ["Activation hard_sigmoid"] = (13, () => new Activation(ActivationFunction.HardSigmoid), "Activation: 'sequential/activation' cannot be exported to TensorFlow.js: its hard_sigmoid is 0.2 x + 0.5 between 0 and 1, not x / 6 + 0.5. Use another activation."),
        ["BatchNormalization of rank 5"] = (Video, () => new BatchNormalization(), "BatchNormalization: 'sequential/batch_normalization' cannot be exported to TensorFlow.js: its BatchNormalization takes images or less, not (None, 2, 3, 4, 5). Put a Reshape before and after it."),
        ["Conv2D in groups"] = (Image, () => new Conv2D(4, 3, groups: 2), "Conv2D: 'sequential/conv2d' cannot be exported to TensorFlow.js: its Conv2D has no groups. Use groups: 1."),
        ["Conv2D exponential"] = (Image, () => new Conv2D(4, 3, activation: ActivationFunction.Exponential), "Conv2D: 'sequential/conv2d' cannot be exported to TensorFlow.js: it has no activation exponential. Use another activation."),
        ["Conv2DTranspose dilated"] = (Image, () => new Conv2DTranspose(4, 3, dilationRate: 2), "Conv2DTranspose: 'sequential/conv2d_transpose' cannot be exported to TensorFlow.js: its Conv2DTranspose ignores the dilation. Use dilationRate: 1."),
        ["Conv2DTranspose with output padding"] = (Image, () => new Conv2DTranspose(4, 3, 2, outputPadding: 1), "Conv2DTranspose: 'sequential/conv2d_transpose' cannot be exported to TensorFlow.js: its Conv2DTranspose has no output padding. Use outputPadding: null."),
        ["DepthwiseConv2D dilated"] = (Image, () => new DepthwiseConv2D(3, dilationRate: 2), "DepthwiseConv2D: 'sequential/depthwise_conv2d' cannot be exported to TensorFlow.js: its DepthwiseConv2D ignores the dilation. Use dilationRate: 1."),
        ["DepthwiseConv2D exponential"] = (Image, () => new DepthwiseConv2D(3, activation: ActivationFunction.Exponential), "DepthwiseConv2D: 'sequential/depthwise_conv2d' cannot be exported to TensorFlow.js: it has no activation exponential. Use another activation."),
        ["Dense leaky_relu"] = (13, () => new Dense(4, ActivationFunction.LeakyRelu), "Dense: 'sequential/dense' cannot be exported to TensorFlow.js: it knows leaky_relu as a layer only. Use no activation, and a LeakyReLU(0.2) after it."),
        ["ELU with another alpha"] = (13, () => new ELU(0.5), "ELU: 'sequential/elu' cannot be exported to TensorFlow.js: its ELU has an alpha of 1. Use alpha: 1."),
        ["GroupNormalization"] = (Image, () => new GroupNormalization(2), "GroupNormalization: 'sequential/group_normalization' cannot be exported to TensorFlow.js: it has no such layer. Use LayerNormalization or BatchNormalization."),
        ["LayerNormalization of rank 5"] = (Video, () => new LayerNormalization(), "LayerNormalization: 'sequential/layer_normalization' cannot be exported to TensorFlow.js: its LayerNormalization takes images or less, not (None, 2, 3, 4, 5). Put a Reshape before and after it."),
        ["LocalResponseNormalization"] = (Image, () => new LocalResponseNormalization(), "LocalResponseNormalization: 'sequential/local_response_normalization' cannot be exported to TensorFlow.js: it has no such layer. Use BatchNormalization."),
        ["Normalization of rank 5"] = (Video, () => new Normalization(), "Normalization: 'sequential/normalization' cannot be exported to TensorFlow.js: its BatchNormalization takes images or less, not (None, 2, 3, 4, 5). Put a Reshape before and after it."),
        ["ReLU with a threshold"] = (13, () => new ReLU(threshold: 1), "ReLU: 'sequential/re_lu' cannot be exported to TensorFlow.js: its ReLU has no threshold, and no slope beside a maximum. Use a ReLU with maxValue alone, or with negativeSlope alone."),
        ["ReLU with slope and maximum"] = (13, () => new ReLU(maxValue: 1, negativeSlope: 0.1), "ReLU: 'sequential/re_lu' cannot be exported to TensorFlow.js: its ReLU has no threshold, and no slope beside a maximum. Use a ReLU with maxValue alone, or with negativeSlope alone."),
        ["Model around what is refused"] = (Image, () => ResidualModel.Create(Image, [new LocalResponseNormalization()]), "LocalResponseNormalization: 'local_response_normalization' cannot be exported to TensorFlow.js: it has no such layer. Use BatchNormalization."),
        ["Softmax over another axis"] = (Image, () => new Softmax(axis: 1), "Softmax: 'sequential/softmax' cannot be exported to TensorFlow.js: its softmax works on the last axis only. Use axis: -1."),
        ["TorchModuleLayer"] = (13, () => new TorchModuleLayer(torch.nn.ReLU()), "TorchModuleLayer: 'sequential/torch_module_layer' cannot be exported to TensorFlow.js: it knows the layers of this library alone. Write it as layers that docs/deploying.md lists."),
        ["UpSampling2D bilinear"] = (Image, () => new UpSampling2D(2, Interpolation.Bilinear), "UpSampling2D: 'sequential/up_sampling2d' cannot be exported to TensorFlow.js: its bilinear interpolation has other pixel centers. Use Interpolation.Nearest."),
        ["A layer of one's own"] = (1, () => new OneWeightLayer(), "OneWeightLayer: 'sequential/one_weight_layer' cannot be exported to TensorFlow.js: it knows the layers of this library alone. Write it as layers that docs/deploying.md lists."),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<ActivationFunction> Unknown =>
    [
        ActivationFunction.Exponential, ActivationFunction.HardSilu, ActivationFunction.LogSigmoid, ActivationFunction.HardTanh, ActivationFunction.TanhShrink,
        ActivationFunction.HardShrink, ActivationFunction.SoftShrink, ActivationFunction.Squareplus, ActivationFunction.SparsePlus, ActivationFunction.SparseSigmoid,
    ];

    public static TheoryData<string> Types => LayerContractTests.LayerTypes;

    public static TheoryData<string> SameNames => [.. Same.Keys];

    public static TheoryData<string> NothingNames => [.. Nothing.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(SameNames))]
    public void Layer_OfTheTable_ComputesTheSameThere(string name)
    {
        TensorFlowJs.Require();
        using var scope = torch.NewDisposeScope();
        using var model = new Sequential(Same[name].Shape, Same[name].Create());
        SetWeights(model);
        NDArray x = Numbers(Same[name].Shape);
        string export = _folder.File("web");

        model.ExportTensorFlowJs(export);

        Near.Relative(model.Predict(x), TensorFlowJs.Predict(export, x), Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(NothingNames))]
    public void Layer_OfTrainingAlone_IsLeftOut(string name)
    {
        TensorFlowJs.Require();
        using var model = new Sequential(Nothing[name].Shape, Nothing[name].Create());
        NDArray x = Numbers(Nothing[name].Shape);
        string export = _folder.File("web");

        model.ExportTensorFlowJs(export);

        Assert.Single(ExportedModel.Layers(export));
        Near.Absolute(x, TensorFlowJs.Predict(export, x), 0);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Layer_ThatIsNotTheSameThere_IsNamedAndNothingWritten(string name)
    {
        (TensorShape shape, Func<Layer> create, string message) = Refused[name];
        using var model = new Sequential(shape, create());

        Assert.Equal(message, Assert.Throws<NotSupportedException>(() => model.ExportTensorFlowJs(_folder.File("web"))).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Activation_ThatDoesNotExistThere_IsRefusedByName(ActivationFunction function)
    {
        using var model = new Sequential(13, new Activation(function));
        string name = new Activation(function).GetConfig()["activation"]!.GetValue<string>();

        Assert.Equal(
            $"Activation: 'sequential/activation' cannot be exported to TensorFlow.js: it has no activation {name}. Use another activation.",
            Assert.Throws<NotSupportedException>(() => model.ExportTensorFlowJs(_folder.File("web"))).Message);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Layer_Public_IsInOneOfTheTables(string type)
    {
        IEnumerable<Func<Layer>> creators =
        [
            .. Same.Values.Concat(Nothing.Values).Select(entry => entry.Create),
            .. Refused.Values.Select(entry => entry.Create),
            .. MergingLayersTests.All.Values.Select(entry => entry.Create),
        ];

        Assert.True(
            creators.SelectMany(create => WithSublayers(create())).Any(layer => layer.GetType().Name == type),
            $"{type} must be exported to TensorFlow.js by a test, or refused. Add a line to {nameof(Same)}, {nameof(Nothing)} or {nameof(Refused)} of {nameof(TensorFlowJsLayersTests)}.");
    }

    private static IEnumerable<Layer> WithSublayers(Layer layer) => layer.Sublayers.SelectMany(WithSublayers).Prepend(layer);

    private static NDArray Numbers(TensorShape shape) => ArrayConversion.ToNDArray(LayerContract.Numbers(shape.WithBatch(3), ScalarType.Float32, "x").Multiply(4.0));

    // Positive, as a variance must be.
    private static void SetWeights(Sequential model)
    {
        using var noGrad = torch.no_grad();
        foreach (Weight weight in model.Weights)
            weight.Value.copy_(LayerContract.Numbers(weight.Value.shape, ScalarType.Float32, weight.Path).Multiply(0.5).Add(0.75));
    }
}
