using CifarVision.Callbacks;
using CifarVision.Callbacks.Progress;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks.Progress;

public class RunHeaderTests
{
    [Theory]
    [InlineData(DTypePolicy.Float32, "float32")]
    [InlineData(DTypePolicy.Float64, "float64")]
    public void Of_ARealFit_SaysDeviceThreadsPrecisionSeedAndData(DTypePolicy precision, string name)
    {
        using var culture = new CultureScope("de-DE");
        TorchRuntime.SetSeed(42);
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), precision: precision, device: torch.CPU);
        ImageDataset data = TinyTask.Images(1200);
        string header = "";

        model.Fit(data, batchSize: 600, verbose: 0, validationSplit: 0.1, callbacks: [new LambdaCallback(onTrainBegin: context => header = RunHeader.Of(context))]);

        string threads = TorchRuntime.Threads == 1 ? "1 thread" : $"{TorchRuntime.Threads} threads";
        Assert.Equal(
            $"CPU ({string.Join(", ", TorchInstructions.OfThisProcess.Used(precision))}), {threads}, allocator: {TorchRuntime.Allocator}, {name}, seed 42; 1,080 images of 6x6x2, validating on 120", header);
    }

    [Fact]
    public void Of_ValidationCutShort_CountsWhatIsLookedAt()
    {
        using Sequential model = TinyTask.Compiled();
        (NDArray x, NDArray y) = TinyTask.Arrays(48);
        string header = "";

        model.Fit(x, y, verbose: 0, validationData: (x, y), validationSteps: 2, validationBatchSize: 5, callbacks: [new LambdaCallback(onTrainBegin: context => header = RunHeader.Of(context))]);

        Assert.EndsWith("; 48 images of 6x6x2, validating on 10", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoValidation_NamesNone()
    {
        string header = "";

        new ScriptedRun(new LambdaCallback(onTrainBegin: context => header = RunHeader.Of(context))) { Steps = 3 }.Fit("loss", 1);

        Assert.EndsWith("; 3 samples of 1", header, StringComparison.Ordinal);
    }
}
