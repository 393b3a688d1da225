using System.Runtime.InteropServices;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Training;

/// <summary>What a training step calls, and where its tensors lie.</summary>
public class StepCallsTests
{
    // The meta device has no abs.
    private const string LacksAnOperation = nameof(Adamax);

    private static readonly Metric[] EveryMetric =
    [
        new Accuracy(), new AUC(), new BinaryAccuracy(), new CategoricalAccuracy(), new TopKCategoricalAccuracy(2), new Precision(), new Recall(), new F1Score(), new MeanLoss(new CategoricalCrossentropy()),
        new SparseCategoricalAccuracy(), new SparseTopKCategoricalAccuracy(2),
    ];

    public static TheoryData<string> Optimizers => OptimizerCatalog.Names;

    public static TheoryData<string> Metrics => [.. EveryMetric.Select(metric => metric.GetType().Name)];

    [Theory]
    [InlineData("LeNet", "SGD", 72, 46)]
    [InlineData("LeNet", "Adam", 112, 50)]
    [InlineData("AlexNet", "SGD", 255, 193)]
    [InlineData("AlexNet", "Adam", 343, 197)]
    [InlineData("ResNet20", "SGD", 1340, 1098)]
    [InlineData("ResNet20", "Adam", 1668, 1102)]
    public void TrainStep_OfAModel_MakesNoMoreCallsThanItDid(string name, string optimizer, int most, int mostInGroups)
    {
        RecordedCalls calls = Record(Create(name), Create(optimizer, inGroups: false));
        RecordedCalls inGroups = Record(Create(name), Create(optimizer, inGroups: true));

        // Reading a value back waits for a graphics card.
        Assert.DoesNotContain("aten::_local_scalar_dense", calls.Names);
        Assert.DoesNotContain("aten::nonzero", calls.Names);
        Assert.InRange(calls.Kernels.Count(), 1, most);
        Assert.InRange(inGroups.Kernels.Count(), 1, mostInGroups);
    }

    // The meta device stands in for a graphics card: it has shapes and types, no values to read back, and refuses to meet tensors of the CPU.
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Fit_OnAnotherDevice_KeepsEveryOptimizerThere(string name) =>
        Assert.Equal(name != LacksAnOperation, FitOnMeta(new CategoricalCrossentropy(), [], OptimizerCatalog.Create(name)));

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Fit_OnAnotherDevice_KeepsEveryMetricThere(string name)
    {
        Metric metric = EveryMetric.First(metric => metric.GetType().Name == name);

        FitOnMeta(name.StartsWith("Sparse", StringComparison.Ordinal) ? new SparseCategoricalCrossentropy() : new CategoricalCrossentropy(), [metric], new SGD());
    }

    [Theory]
    [InlineData(nameof(BinaryCrossentropy))]
    [InlineData(nameof(BinaryFocalCrossentropy))]
    [InlineData(nameof(CategoricalCrossentropy))]
    [InlineData(nameof(CategoricalFocalCrossentropy))]
    [InlineData(nameof(Huber))]
    [InlineData(nameof(KLDivergence))]
    [InlineData(nameof(MeanAbsoluteError))]
    [InlineData(nameof(MeanSquaredError))]
    [InlineData(nameof(SparseCategoricalCrossentropy))]
    public void Fit_OnAnotherDevice_KeepsEveryLossThere(string name) =>
        FitOnMeta((Loss)Activator.CreateInstance(typeof(Loss).Assembly.GetType($"CifarVision.Losses.{name}")!, [.. DefaultsOf(name)])!, [], new SGD());

    [Fact]
    public void Metrics_OfTheLibrary_AreAllInTheTable() => Assert.Equal(
        typeof(Metric).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Metric)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
        EveryMetric.Select(metric => metric.GetType().Name).Order(StringComparer.Ordinal));

    private static IEnumerable<object?> DefaultsOf(string loss) =>
        typeof(Loss).Assembly.GetType($"CifarVision.Losses.{loss}")!.GetConstructors()
            .Select(constructor => constructor.GetParameters()).Single(parameters => parameters.All(parameter => parameter.HasDefaultValue)).Select(parameter => parameter.DefaultValue);

    /// <summary>Trains three steps; returns whether the meta device has all operations of loss and metrics.</summary>
    private static bool FitOnMeta(Loss loss, Metric[] metrics, Optimizer optimizer)
    {
        // Those that the meta device has all operations of; LayerContract checks the others as far as it can.
        Layer[] layers = [.. ((Layer[])
        [
            new Rescaling(1 / 255.0), new Normalization(mean: [0.5, 0.4, 0.3], variance: [0.1, 0.2, 0.3]), new RandomFlip(), new RandomTranslation(0.1, 0.1), new RandomRotation(0.1), new RandomZoom(0.1),
            new RandomBrightness(0.1), new RandomContrast(0.1), new Resizing(12, 10), new RandomCrop(9, 9), new CenterCrop(8, 8), new RandomErasing(valueRange: (0, 1)), new SpatialDropout2D(0.2), new Dropout(0.5),
        ]).Where(RunsOnMeta)];
        Assert.Superset(new HashSet<string> { "Rescaling", "Normalization", "SpatialDropout2D", "Dropout" }, layers.Select(layer => layer.GetType().Name).ToHashSet());
        using var model = new Sequential(
            (8, 8, 3),
            [
                .. layers, new Flatten(), new Dense(4, ActivationFunction.Tanh, kernelConstraint: new CifarVision.Constraints.MaxNorm(2)),
                new Dense(3, ActivationFunction.Softmax, kernelRegularizer: new CifarVision.Regularizers.L2(0.01)),
            ]);
        model.Compile(optimizer, loss, metrics, device: torch.META);
        using var stop = new CancellationTokenSource();
        int steps = 0;
        NDArray y = loss.WantsOneHot ? np.eye(3).astype(np.float32)[np.arange(12) % 3] : np.arange(12) % 3;

        try
        {
            // Cancelled, since the losses and metrics of an epoch would be read.
            model.Fit(np.zeros(new Shape(12, 8, 8, 3), typeof(float)), y, batchSize: 4, verbose: 0, cancellationToken: stop.Token, callbacks:
            [
                new LambdaCallback(onTrainBatchEnd: (_, batch, _) =>
                {
                    steps++;
                    if (batch == 2)
                        stop.Cancel();
                }),
            ]);
        }
        catch (ExternalException error) when (error.Message.Contains("Meta kernel registered", StringComparison.Ordinal))
        {
            return false;
        }
        catch (InvalidOperationException error) when (error.InnerException is ExternalException lack && lack.Message.Contains("Meta kernel registered", StringComparison.Ordinal))
        {
            return false;
        }

        Assert.Equal(3, steps);
        Assert.All(model.Weights, weight => Assert.Equal(DeviceType.META, weight.Value.device_type));
        Assert.All(optimizer.Variables, variable => Assert.True(variable.Slot is null || variable.Slot().device_type == DeviceType.META, variable.Path));
        return true;
    }

    private static bool RunsOnMeta(Layer layer)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            layer.Forward(torch.zeros(2, 8, 8, 3, device: torch.META), training: true);
            return true;
        }
        catch (ExternalException error) when (error.Message.Contains("Meta kernel registered", StringComparison.Ordinal))
        {
            return false;
        }
    }

    // The second step: the first creates the totals and the optimizer's slots.
    private static RecordedCalls Record(Model model, Optimizer optimizer)
    {
        RecordedCalls? calls = null;
        using (model)
        {
            model.Compile(optimizer, new CategoricalCrossentropy(), [new CategoricalAccuracy()]);
            NDArray y = np.eye(10).astype(np.float32)[np.arange(4) % 10];
            // Not one color: BatchNormalization takes more calls where a mean is far from zero.
            NDArray x = (np.arange(4 * 32 * 32 * 3) % 251 / 251.0).astype(np.float32).reshape(4, 32, 32, 3);
            model.Fit(x, y, batchSize: 2, verbose: 0, callbacks:
            [
                new LambdaCallback(
                    onTrainBatchBegin: (_, batch) => calls = batch == 1 ? new RecordedCalls() : null,
                    onTrainBatchEnd: (_, _, _) => calls?.Dispose()),
            ]);
        }

        return calls!;
    }

    private static Model Create(string model) => model switch
    {
        "LeNet" => LeNetBuilder.Create((32, 32, 3), 10),
        "AlexNet" => AlexNetBuilder.Create((32, 32, 3), 10),
        _ => ResNetBuilder.Create((32, 32, 3), 10),
    };

    private static Optimizer Create(string optimizer, bool inGroups) => optimizer == "SGD"
        ? new SGD(0.01, momentum: 0.9) { UpdatesInGroups = inGroups }
        : new Adam { UpdatesInGroups = inGroups };
}
