using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class ResNetBuilderTests
{
    [Fact]
    public void Create_Cifar10_HasTheParametersOfKerasExample()
    {
        using Model model = ResNetBuilder.Create((32, 32, 3), 10);

        Assert.Equal(274_442, model.CountParams());
        Assert.Equal(1_376, model.Weights.Where(weight => !weight.Trainable).Sum(weight => weight.Value.numel()));
        Assert.Equal(
            [new TensorShape(32, 32, 16), new(32, 32, 16), new(32, 32, 16), new(16, 16, 32), new(16, 16, 32), new(16, 16, 32), new(8, 8, 64), new(8, 8, 64), new(8, 8, 64)],
            model.Layers.OfType<Add>().Select(block => block.OutputShape));
        Assert.Equal(new TensorShape(64), model.GetLayer("global_average_pooling2d").OutputShape);
        Assert.Equal(new TensorShape(10), model.OutputShape);
    }

    [Fact]
    public void Save_Load_PredictsTheSame()
    {
        using var folder = new TemporaryFolder();
        NDArray x = TinyTask.Noise(3, (8, 8, 3)).X;
        using Model model = ResNetBuilder.Create(x.shape, 4, depth: 8);
        model.Save(folder.File("resnet.keras"));
        using Model loaded = Model.Load(folder.File("resnet.keras"));

        Near.Absolute(model.Predict(x), loaded.Predict(x), 0);
        Assert.Equal(model.GetConfig().ToJsonString(), loaded.GetConfig().ToJsonString());
    }

    // Table 6 of the paper: 0.27, 0.46, 0.66 and 0.85 million.
    [Theory]
    [InlineData(20, 0.27)]
    [InlineData(32, 0.46)]
    [InlineData(44, 0.66)]
    [InlineData(56, 0.85)]
    public void Create_Depth_IsThatOfThePaper(int depth, double millions)
    {
        using Model model = ResNetBuilder.Create((32, 32, 3), 10, depth);

        // The two 1 x 1 convolutions of the shortcuts do not count, the first convolution and the last layer do.
        Assert.Equal(depth, model.Layers.Count(layer => layer is Dense or Conv2D { KernelSize.Height: 3 }));
        Assert.Equal(millions, model.CountParams() / 1e6, 0.015);
    }

    [Fact]
    public void Create_Shortcuts_AreTheInputButWhereAStageBegins()
    {
        using Model model = ResNetBuilder.Create((8, 8, 3), 10, depth: 14);
        Conv2D[] projections = [.. model.Layers.OfType<Conv2D>().Where(layer => layer.KernelSize == new Size2D(1, 1))];

        Assert.Equal([(32, new Size2D(2, 2)), (64, new Size2D(2, 2))], projections.Select(layer => (layer.Filters, layer.Strides)));
        KerasTensor firstOfSecondStage = model.Layers.OfType<Add>().ElementAt(2).Output;
        Assert.Contains(projections[0].Output, firstOfSecondStage.Node.Inputs);
    }

    [Fact]
    public void RegularizationLoss_Create_IsL2OfTheConvolutionsKernels()
    {
        using Model model = ResNetBuilder.Create((4, 4, 1), 2, depth: 8);
        double squares = model.Weights
            .Where(weight => weight.Name == "kernel" && weight.Value.dim() == 4)
            .Sum(weight => weight.ToArray().ToArray<float>().Sum(value => (double)value * value));
        using var scope = torch.NewDisposeScope();

        Assert.Equal(1e-4 * squares, model.RegularizationLoss()!.item<float>(), 1e-5 * squares * 1e-4);
    }

    [Fact]
    public void Fit_NoiseWithoutMeaning_IsLearntByHeart()
    {
        TorchRuntime.SetSeed(1);
        (NDArray x, NDArray y) = TinyTask.Noise(32, (8, 8, 3));
        using Model model = ResNetBuilder.Create(x.shape, TinyTask.Classes);
        model.Compile(new SGD(0.05, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(x, y, batchSize: 16, epochs: 14, verbose: 0, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(history.History["accuracy"][0], 0, 0.8);
        Assert.True(history.History["accuracy"].TakeLast(3).Average() > 0.95, string.Join(", ", history.History["accuracy"]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(18)]
    [InlineData(21)]
    [InlineData(-4)]
    public void Create_AnotherDepth_SaysWhichThereAre(int depth) => Assert.StartsWith(
        FormattableString.Invariant($"ResNetBuilder: depth must be 6n + 2 and at least 8, but was {depth}. Pass 20, 32, 44 or 56."),
        Assert.Throws<ArgumentOutOfRangeException>(() => ResNetBuilder.Create((32, 32, 3), 10, depth)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_WrongUse_SaysWhatIsNeeded()
    {
        Assert.Contains("sides of at least 4, but was (None, 3, 32, 3)", Assert.Throws<ArgumentException>(() => ResNetBuilder.Create((3, 32, 3), 10)).Message, StringComparison.Ordinal);
        Assert.Contains("numClasses must be at least 2, but was 1", Assert.Throws<ArgumentOutOfRangeException>(() => ResNetBuilder.Create((32, 32, 3), 1)).Message, StringComparison.Ordinal);
    }
}
