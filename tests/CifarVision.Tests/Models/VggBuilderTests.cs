using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class VggBuilderTests
{
    [Fact]
    public void Create_Cifar10_HasTheSizesOfItsDescription()
    {
        using Sequential model = VggBuilder.Create((32, 32, 3), 10);

        // 3 x 3 kernels without bias; gamma, beta and two averages for each filter; two dense layers.
        int[] channels = [3, 64, 64, 128, 128, 256, 256, 256];
        long kernels = channels.Zip(channels.Skip(1), (from, to) => 9L * from * to).Sum();
        Assert.Equal(3_841_738, kernels + (4 * channels.Skip(1).Sum()) + ((4096 + 1) * 512) + ((512 + 1) * 10));
        Assert.Equal(3_841_738, model.CountParams());
        Assert.Equal(2 * channels.Skip(1).Sum(), model.Weights.Where(weight => !weight.Trainable).Sum(weight => weight.Value.numel()));
        Assert.Equal(
            [new TensorShape(16, 16, 64), new(8, 8, 128), new(4, 4, 256)],
            model.Layers.Where(layer => layer is MaxPooling2D).Select(layer => layer.OutputShape));
        Assert.Equal(channels.Skip(1), model.Layers.OfType<Conv2D>().Select(layer => layer.Filters));
        Assert.Equal(new TensorShape(10), model.OutputShape);
    }

    [Fact]
    public void Create_ShapeOfAnArrayOfImages_IsTheShapeOfOne()
    {
        using Sequential model = VggBuilder.Create(new long[] { 5, 8, 12, 1 }, 3);

        Assert.Equal(new TensorShape(8, 12, 1), model.InputShape);
        Assert.Equal([5L, 3L], model.Predict(np.zeros(new Shape(5, 8, 12, 1), typeof(float))).shape);
    }

    [Fact]
    public void Fit_NoiseWithoutMeaning_IsLearntByHeart()
    {
        TorchRuntime.SetSeed(1);
        (NDArray x, NDArray y) = TinyTask.Noise(32, (8, 8, 3));
        using Sequential model = VggBuilder.Create(x.shape, TinyTask.Classes);
        model.Compile(new SGD(0.02, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(x, y, batchSize: 16, epochs: 14, verbose: 0, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(history.History["accuracy"][0], 0, 0.8);
        Assert.True(history.History["accuracy"].TakeLast(3).Average() > 0.95, string.Join(", ", history.History["accuracy"]));
    }

    [Fact]
    public void Create_WrongUse_SaysWhatIsNeeded()
    {
        Assert.StartsWith(
            "VggBuilder: inputShape must be (height, width, channels) with sides of at least 8, but was (None, 32, 7, 3).",
            Assert.Throws<ArgumentException>(() => VggBuilder.Create((32, 7, 3), 10)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "VggBuilder: numClasses must be at least 2, but was 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => VggBuilder.Create((32, 32, 3), 0)).Message, StringComparison.Ordinal);
    }
}
