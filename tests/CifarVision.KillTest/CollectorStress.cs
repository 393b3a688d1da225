using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.KillTest;

/// <summary>
/// Trains, evaluates, predicts, saves and loads while another thread collects garbage once a millisecond: what torch reads and nothing holds is
/// freed, and shows as an exception or as a loss that is not that of the same run without the thread.
/// </summary>
internal static class CollectorStress
{
    private const int Rows = 160;
    private const int Batch = 8;
    private static readonly TensorShape Image = (12, 12, 3);

    private static readonly Func<Optimizer>[] Optimizers =
    [
        () => new SGD(0.01, momentum: 0.9, nesterov: true, weightDecay: 1e-3, globalClipNorm: 1),
        () => new SGD(0.01),
        () => new Adam(amsgrad: true, clipNorm: 1),
        () => new AdamW(useEma: true, emaOverwriteFrequency: 3),
        () => new Adamax(clipValue: 0.5),
        () => new Nadam(),
        () => new RMSprop(momentum: 0.5, centered: true, gradientAccumulationSteps: 2),
        () => new Adagrad(),
        () => new Adadelta(),
    ];

    private static readonly Func<(Loss Loss, bool OneHot)>[] Losses =
    [
        () => (new CategoricalCrossentropy(labelSmoothing: 0.1), true),
        () => (new SparseCategoricalCrossentropy(), false),
        () => (new BinaryCrossentropy(labelSmoothing: 0.1), true),
        () => (new MeanSquaredError(), true),
        () => (new MeanAbsoluteError(), true),
    ];

    private static readonly ActivationFunction[] Activations = Enum.GetValues<ActivationFunction>();

    /// <summary>Runs Fits of 20 steps, in turn over optimizers, losses, activations and number formats.</summary>
    /// <param name="fits">How many.</param>
    /// <param name="report">Is told of each failure.</param>
    /// <returns>How many failed.</returns>
    public static int Run(int fits, Action<string> report)
    {
        int failures = 0;
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() => Collect(stop.Token)) { IsBackground = true };
        collector.Start();
        try
        {
            for (int i = 0; i < fits; i++)
            {
                try
                {
                    RunOne(i);
                }
                catch (Exception exception)
                {
                    failures++;
                    report($"fit {i}: {exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
                }
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }

        return failures;
    }

    private static void Collect(CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            GC.Collect(i % 3, GCCollectionMode.Forced, blocking: i % 2 == 0);
            Thread.Sleep(1);
        }
    }

    private static void RunOne(int index)
    {
        TorchRuntime.SetSeed(index);
        (Loss loss, bool oneHot) = Losses[index % Losses.Length]();
        var random = new RandomStream(index, "stress");
        var pixels = new float[Rows * Image.ElementCount];
        random.NextUniform(pixels);
        NDArray x = np.array(pixels).reshape((long[])[Rows, .. Image.Dims]);
        NDArray labels = np.array(Enumerable.Range(0, Rows).Select(_ => random.NextInt32(3)).ToArray());
        NDArray y = oneHot ? Labels.ToCategorical(labels, 3) : labels;

        using Sequential model = Model(Activations[index % Activations.Length]);
        ((Normalization)model.GetLayer("normalization")).Adapt(x);
        Metric[] metrics = [new Accuracy(), new Precision(), new F1Score(), .. oneHot ? [new CategoricalAccuracy(), new TopKCategoricalAccuracy(2)] : new Metric[] { new SparseCategoricalAccuracy() }];
        model.Compile(Optimizers[index % Optimizers.Length](), loss, metrics, index % 7 == 6 ? DTypePolicy.Float64 : DTypePolicy.Float32);
        model.Fit(x, y, batchSize: Batch, epochs: 1, verbose: 0);
        if (!double.IsFinite(model.Evaluate(x, y, verbose: 0)["loss"]))
            throw new InvalidOperationException("The loss is not finite.");
        NDArray before = model.Predict(x);
        model.Call(x["0:4"]);
        SaveAndLoad(model, x, before);
    }

    private static void SaveAndLoad(Sequential model, NDArray x, NDArray before)
    {
        string path = Path.Combine(Path.GetTempPath(), $"stress-{Guid.NewGuid():N}.keras");
        try
        {
            model.Save(path);
            using Sequential loaded = Sequential.Load(path);
            if (!np.allclose(before.astype(np.float64), loaded.Predict(x).astype(np.float64), 1e-4, 1e-5))
                throw new InvalidOperationException("The loaded model predicts other numbers.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Sequential Model(ActivationFunction activation) => new(
        Image,
        new Normalization(),
        new Rescaling(0.5, 0.1),
        new RandomFlip(),
        new RandomTranslation(0.1, 0.1, FillMode.Constant),
        new RandomRotation(0.1, FillMode.Wrap),
        new RandomErasing(),
        new ZeroPadding2D(1),
        new Conv2D(4, 3, kernelRegularizer: new L1L2(1e-4, 1e-4)),
        new LeakyReLU(0.1),
        new BatchNormalization(),
        new LocalResponseNormalization(),
        Block(),
        new MaxPooling2D(2),
        new SpatialDropout2D(0.1),
        new Conv2D(4, 1, kernelRegularizer: new L1(1e-4)),
        new AveragePooling2D(2, padding: Padding.Same),
        new Flatten(),
        new Dense(6),
        new ReLU(maxValue: 6, negativeSlope: 0.1, threshold: 0.05),
        new Dropout(0.1),
        new Dense(6),
        new Activation(activation),
        new Dense(3),
        new Softmax());

    private static Model Block()
    {
        KerasTensor input = Keras.Input((12, 12, 4));
        KerasTensor y = new Conv2D(4, 3, padding: Padding.Same, activation: ActivationFunction.Relu, kernelRegularizer: new L2(1e-4)).Call(input);
        return new Model(input, new Average().Call(new Add().Call(y, input), new Multiply().Call(y, input)));
    }
}
