#region usings
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Runtime;
#endregion
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The programs of docs/getting-started.md, in the page's order and in a folder of their own, as a reader types them.</summary>
public sealed class GettingStartedExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly QuietConsole _console = new();
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly string? _dataBefore = Environment.GetEnvironmentVariable("CIFARVISION_DATA");

    public GettingStartedExampleTests() => Directory.SetCurrentDirectory(_folder.Path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("CIFARVISION_DATA", _dataBefore);
        Directory.SetCurrentDirectory(_before);
        _console.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void FirstProgram_TrainsSavesAndIsUsedByASecond()
    {
        FirstProgram();
        Assert.StartsWith("test accuracy: ", _console.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);

        SecondProgram();
        Assert.Matches(@"^[a-z ]+, \d+ %\r?\n$", _console.Printed[_console.Printed.TrimEnd().LastIndexOf('\n')..].TrimStart('\n'));
    }

    [Fact]
    public void Cifar10_Found_Trains()
    {
        using var cifar = new TinyCifar(records: 10);
        Environment.SetEnvironmentVariable("CIFARVISION_DATA", cifar.Folder);

        #region cifar
        Cifar10Dataset data = Cifar10Dataset.Load();

        Sequential model = LeNetBuilder.Create(data.Train.ImageShape, data.ClassNames.Count);
        model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(data.Train, batchSize: 128, epochs: 10, validationSplit: 0.1);
        #endregion

        Assert.Equal(10, model.Optimizer!.Iterations);
        model.Dispose();
    }

    private static void FirstProgram()
    {
        #region train
        TorchRuntime.SetSeed(1);
        SyntheticImages data = SyntheticImages.Create(train: 2000, test: 500);

        Sequential model = LeNetBuilder.Create(data.Train.ImageShape, data.ClassNames.Count);
        model.Compile(new Adam(learningRate: 0.002), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(data.Train, epochs: 3, validationSplit: 0.1);

        IReadOnlyDictionary<string, double> test = model.Evaluate(data.Test, verbose: 0);
        Console.WriteLine($"test accuracy: {test["accuracy"]:F4}");
        #endregion

        #region save
        history.SavePlot("training.png");
        model.Save("shapes.keras");
        File.WriteAllLines("classes.txt", data.ClassNames);      // a model's file holds no names

        ImageFile.Save("picture.png", data.Test.Images[0]);      // something to predict
        #endregion

        model.Dispose();
    }

    private static void SecondProgram()
    {
        #region predict
        using Sequential model = Sequential.Load("shapes.keras");
        string[] classes = File.ReadAllLines("classes.txt");

        NDArray image = ImageFile.Load("picture.png", size: (32, 32));                               // (32, 32, 3), 0 .. 255
        NDArray probabilities = model.Predict(np.expand_dims(image, 0).astype(np.float32) / 255f);   // scaled as in training
        int best = (int)np.argmax(probabilities);
        Console.WriteLine($"{classes[best]}, {probabilities.GetSingle(0, best) * 100:F0} %");
        #endregion
    }
}
