using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class DataWarningsTests
{
    private const string Twice = "Sequential: images should be scaled once, but are 0 .. 1 already when the layer 'rescaling' multiplies them by 0.00392. Load them with scale: false, or leave out the layer.";
    private const string Otherwise = "Sequential: images should be scaled as in training, but were ";

    public static TheoryData<string> Beginnings => ["rescaling", "augmentation", "resizing", "nested"];

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Fit_ScaledImagesAndRescaling_WarnsOnce(string beginning)
    {
        using Sequential model = Compiled(Beginning(beginning));
        string printed = ConsoleError.Capture(() =>
        {
            model.Fit(TinyTask.Images(), verbose: 0);
            model.Fit(TinyTask.Images(), verbose: 0);
            model.Evaluate(TinyTask.Images(), verbose: 0);
        });

        Assert.Equal(Twice, printed.TrimEnd());
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Fit_BytesAndRescaling_SaysNothing(string beginning)
    {
        using Sequential model = Compiled(Beginning(beginning));
        ImageDataset scaled = TinyTask.Images();
        var raw = new ImageDataset(scaled.Images, scaled.Labels, scaled.ClassCount, scale: false);
        string printed = ConsoleError.Capture(() =>
        {
            model.Fit(raw, verbose: 0);
            model.Evaluate(raw, verbose: 0);
            model.Predict(raw.Images.astype(np.float32));
        });

        Assert.Equal("", printed);
    }

    [Fact]
    public void Fit_RescalingInTheMidst_SaysNothing()
    {
        using Sequential model = Compiled(new Conv2D(2, 3), new Rescaling(1 / 255.0));

        Assert.Equal("", ConsoleError.Capture(() => model.Fit(TinyTask.Images(), verbose: 0)));
    }

    [Fact]
    public void Evaluate_DatasetAfterTrainingOnBytes_Warns()
    {
        ImageDataset data = TinyTask.Images();
        using Sequential model = Compiled();
        string printed = ConsoleError.Capture(() =>
        {
            model.Fit(data.Images.astype(np.float32), Labels.ToCategorical(data.Labels, 3), verbose: 0);
            model.Evaluate(data, verbose: 0);
            model.Evaluate(data, verbose: 0);
        });

        Assert.Equal(Otherwise + "0 .. 255 there and are 0 .. 1 here. An ImageDataset is scaled to 0 .. 1 unless scale: false; arrays are never scaled.", printed.TrimEnd());
    }

    [Fact]
    public void Predict_BytesAfterTrainingOnADataset_Warns()
    {
        using Sequential model = Compiled();
        string printed = ConsoleError.Capture(() =>
        {
            model.Fit(TinyTask.Images(), verbose: 0);
            model.Predict(TinyTask.Images().Images);
        });

        Assert.StartsWith(Otherwise + "0 .. 1 there and are 0 .. 255 here.", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ActivationFunction.Softmax, false)]
    [InlineData(ActivationFunction.Softmax, true)]
    [InlineData(ActivationFunction.Sigmoid, false)]
    [InlineData(ActivationFunction.Sigmoid, true)]
    public void Fit_ProbabilitiesTakenForLogits_Warns(ActivationFunction final, bool isFocal)
    {
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(3, final));
        model.Compile(new SGD(), (final, isFocal) switch
        {
            (ActivationFunction.Sigmoid, false) => new BinaryCrossentropy(fromLogits: true),
            (ActivationFunction.Sigmoid, true) => new BinaryFocalCrossentropy(fromLogits: true),
            (_, false) => new CategoricalCrossentropy(fromLogits: true),
            (_, true) => new CategoricalFocalCrossentropy(fromLogits: true),
        });
        string printed = ConsoleError.Capture(() => model.Fit(TinyTask.Images(), verbose: 0));

        Assert.Contains($"with fromLogits: true should be given logits, but the model ends with {final}, whose output is probabilities. The loss takes {(isFocal ? "these as logits" : "the values before it")}", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_SortedRowsAndASplit_Warns()
    {
        ImageDataset data = TinyTask.Images();
        var sorted = new ImageDataset(data.Images, np.array(Enumerable.Range(0, 48).Select(i => i / 16).ToArray()), 3);
        using Sequential model = Compiled();

        Assert.Equal("", ConsoleError.Capture(() => model.Fit(data, verbose: 0, validationSplit: 0.25)));
        Assert.StartsWith("Sequential: validationSplit takes the last rows, and all 12 of them are of class 2.", ConsoleError.Capture(() => model.Fit(sorted, verbose: 0, validationSplit: 0.25)), StringComparison.Ordinal);
    }

    private static Layer[] Beginning(string kind) => kind switch
    {
        "rescaling" => [new Rescaling(1 / 255.0)],
        "augmentation" => [new RandomFlip(), new Rescaling(1 / 255.0)],
        "resizing" => [new Resizing(8, 8), new RandomCrop(6, 6), new Rescaling(1 / 255.0)],
        _ => [new Sequential(new CenterCrop(6, 6), new RandomFlip(), new RandomTranslation(0.1, 0.1)), new Sequential(new Rescaling(1 / 255.0))],
    };

    private static Sequential Compiled(params Layer[] layers)
    {
        var model = new Sequential([new InputLayer((6, 6, 2)), .. layers, new Flatten(), new Dense(3, ActivationFunction.Softmax)]);
        model.Compile(new SGD(0.001), new CategoricalCrossentropy());
        return model;
    }
}
