using System.Diagnostics;
using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.GpuCheck;

/// <summary>What this program's own processes measure.</summary>
internal static class Work
{
    private const int Classes = 10;

    /// <summary>Times steps of Fit on random bytes, after an epoch of as many steps that is not timed.</summary>
    public static JsonObject Step(string net, Precision precision, int batchSize, int steps)
    {
        Start(precision);
        long free = CudaDriver.FreeBytes(0);
        using Model model = Create(net);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), precision: Policy(precision));
        var random = new Random(1);
        byte[] pixels = new byte[batchSize * steps * 32 * 32 * 3];
        random.NextBytes(pixels);
        var labels = new int[batchSize * steps];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = i % Classes;
        var data = new ImageDataset(np.array(pixels).reshape(labels.Length, 32, 32, 3), np.array(labels), Classes);
        long start = 0;
        double seconds = 0;
        model.Fit(
            data,
            batchSize: batchSize,
            epochs: 2,
            verbose: 0,
            callbacks:
            [
                new LambdaCallback(
                    onEpochBegin: (_, _) => start = Stopwatch.GetTimestamp(),
                    // The loss is there when the card has finished.
                    onEpochEnd: (_, _, logs) => seconds = double.IsFinite(logs["loss"]) ? Stopwatch.GetElapsedTime(start).TotalSeconds : double.NaN),
            ]);
        return new JsonObject
        {
            ["images_per_second"] = labels.Length / seconds,
            ["peak_mebibytes"] = PeakBytes(free) / (double)(1 << 20),
            ["parameters"] = (double)model.Weights.Where(weight => weight.Trainable).Sum(weight => weight.Value.numel()),
        };
    }

    /// <summary>Times Predict, and writes what PyTorch needs to predict the same.</summary>
    public static JsonObject Predict(string folder, Precision precision, int batchSize, int images)
    {
        Start(precision);
        using Model model = Create("alexnet");
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: Policy(precision));
        var random = new Random(1);
        var values = new float[images * 32 * 32 * 3];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle();
        NDArray x = np.array(values).reshape(images, 32, 32, 3);
        model.Predict(x[$":{Math.Min(batchSize, images)}"], batchSize);
        long start = Stopwatch.GetTimestamp();
        NDArray y = model.Predict(x, batchSize);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        model.SaveWeights(Path.Combine(folder, "weights.npz"));
        np.save(Path.Combine(folder, "x.npy"), x);
        np.save(Path.Combine(folder, "y.npy"), y);
        return new JsonObject { ["images_per_second"] = images / seconds };
    }

    private static void Start(Precision precision)
    {
        TorchRuntime.SetSeed(1);
        TorchRuntime.AllowTF32 = precision == Precision.TF32;
    }

    private static Model Create(string net) => net switch
    {
        "alexnet" => AlexNetBuilder.Create((32, 32, 3), Classes),
        "resnet20" => ResNetBuilder.Create((32, 32, 3), Classes),
        "mobilenetv2" => MobileNetV2Builder.Create((32, 32, 3), Classes),
        _ => throw new ArgumentException($"GpuCheck: net must be alexnet, resnet20 or mobilenetv2, but was '{net}'.", nameof(net)),
    };

    private static DTypePolicy Policy(Precision precision) => precision == Precision.BFloat16 ? DTypePolicy.MixedBFloat16 : DTypePolicy.Float32;

    // Torch keeps what it has allocated on a card, so what is missing there at the end is the peak. On the CPU it is that of the process.
    private static long PeakBytes(long freeBefore)
    {
        using var process = Process.GetCurrentProcess();
        return TorchRuntime.DefaultDevice.type == DeviceType.CUDA ? freeBefore - CudaDriver.FreeBytes(0) : process.PeakWorkingSet64;
    }
}
