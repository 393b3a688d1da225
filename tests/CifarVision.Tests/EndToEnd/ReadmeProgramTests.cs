using System.Text.RegularExpressions;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.EndToEnd;

/// <summary>The program of the README from bytes on disk to plot and weights, on a tiny set in the official layout and with few epochs.</summary>
public partial class ReadmeProgramTests
{
    [Fact]
    public void Program_OnATinySet_TrainsPlotsAndSaves()
    {
        using var cifar = new TinyCifar(records: 4);
        using var folder = new TemporaryFolder();
        string plot = folder.File("training.png");
        string saved = folder.File("alexnet.keras");

        var ((xTrain, yTrain), (xTest, yTest)) = Cifar10Dataset.LoadData(cifar.Folder);

        xTrain = xTrain.astype(np.float32) / 255f;
        xTest = xTest.astype(np.float32) / 255f;
        yTrain = Labels.ToCategorical(yTrain, 10);
        yTest = Labels.ToCategorical(yTest, 10);

        using Sequential model = AlexNetBuilder.Create(inputShape: (32, 32, 3), numClasses: 10);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(xTrain, yTrain, batchSize: 128, epochs: 2, verbose: 0, validationSplit: 0.1);

        history.SavePlot(plot);
        model.Save(saved);

        Assert.Equal(["accuracy", "loss", "val_accuracy", "val_loss"], history.History.Keys);
        Assert.Equal([0, 1], history.Epoch);
        Assert.All(history.History.Values, values => Assert.All(values, value => Assert.True(double.IsFinite(value))));
        Assert.Equal([4L, 10L], model.Predict(xTest).shape);
        Assert.Equal(["loss", "accuracy"], model.Evaluate(xTest, yTest, verbose: 0).Keys);
        Assert.True(new FileInfo(plot).Length > 5000);
        Assert.True(new FileInfo(saved).Length > 36_927_754 * sizeof(float));
    }

    [Fact]
    public void Readme_Program_IsTheOneTestedHere()
    {
        string here = Repository.Read("tests", "CifarVision.Tests", "EndToEnd", "ReadmeProgramTests.cs");
        string[] program = [.. Listing().Match(Repository.Read("README.md")).Groups["code"].Value
            .Split('\n')
            .Select(line => Comment().Replace(line, "").Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal))];

        Assert.Equal(10, program.Length);
        foreach (string line in program)
        {
            string tested = line
                .Replace("LoadData()", "LoadData(cifar.Folder)", StringComparison.Ordinal)
                .Replace("epochs: 100", "epochs: 2, verbose: 0", StringComparison.Ordinal)
                .Replace("\"training.png\"", "plot", StringComparison.Ordinal)
                .Replace("\"alexnet.keras\"", "saved", StringComparison.Ordinal);
            Assert.Contains(tested, here);
        }
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Listing();

    [GeneratedRegex(@"\s+//.*$")]
    private static partial Regex Comment();
}
