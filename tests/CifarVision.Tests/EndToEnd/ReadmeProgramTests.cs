#region usings
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
#endregion
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.EndToEnd;

/// <summary>The programs of the README, in a folder of their own, as a reader types them; and the script that docs/porting-from-keras.md ports.</summary>
public sealed class ReadmeProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly QuietConsole _console = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public ReadmeProgramTests() => Directory.SetCurrentDirectory(_folder.Path);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _console.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void FirstProgram_OnDrawnImages_LearnsPlotsAndSaves()
    {
        #region first
        SyntheticImages data = SyntheticImages.Create();      // drawn; for photographs: Cifar10Dataset.Load()

        var model = new Sequential(data.Train.ImageShape);
        model.Add(new Conv2D(32, kernelSize: 3, activation: ActivationFunction.Relu));
        model.Add(new MaxPooling2D(poolSize: 2));
        model.Add(new Flatten());
        model.Add(new Dense(10, activation: ActivationFunction.Softmax));
        model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(data.Train, epochs: 5, validationSplit: 0.1);

        history.SavePlot("training.png");
        model.Save("shapes.keras");
        #endregion

        Assert.True(history.History["val_accuracy"][^1] > 0.9);
        Assert.True(new FileInfo("training.png").Length > 5000);
        using Sequential saved = Sequential.Load("shapes.keras");
        Assert.Equal(model.CountParams(), saved.CountParams());
        model.Dispose();
    }

    [Fact]
    public void FunctionalProgram_AShortcut_PredictsClasses()
    {
        #region functional
        KerasTensor image = Keras.Input((32, 32, 3));
        KerasTensor x = new Conv2D(16, 3, padding: Padding.Same, activation: ActivationFunction.Relu).Call(image);
        KerasTensor y = new Conv2D(16, 3, padding: Padding.Same).Call(x);
        x = new ReLU().Call(new Add().Call(x, y));
        x = new GlobalAveragePooling2D().Call(x);
        var model = new Model(image, new Dense(10, ActivationFunction.Softmax).Call(x));
        #endregion

        Assert.Equal([1L, 10], model.Predict(np.zeros(new Shape(1, 32, 32, 3), np.float32)).shape);
        model.Dispose();
    }

    [Fact]
    public void KerasScript_OnATinySet_TrainsPlotsAndSaves()
    {
        using var cifar = new TinyCifar(records: 4);

        var ((xTrain, yTrain), (xTest, yTest)) = Cifar10Dataset.LoadData(cifar.Folder);

        xTrain = xTrain.astype(np.float32) / 255f;
        xTest = xTest.astype(np.float32) / 255f;
        yTrain = Labels.ToCategorical(yTrain, 10);
        yTest = Labels.ToCategorical(yTest, 10);

        using Sequential model = AlexNetBuilder.Create(inputShape: (32, 32, 3), numClasses: 10);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(xTrain, yTrain, batchSize: 128, epochs: 2, verbose: 0, validationSplit: 0.1);

        history.SavePlot("training.png");
        model.Save("alexnet.keras");

        Assert.Equal(["accuracy", "loss", "val_accuracy", "val_loss"], history.History.Keys);
        Assert.Equal([0, 1], history.Epoch);
        Assert.All(history.History.Values, values => Assert.All(values, value => Assert.True(double.IsFinite(value))));
        Assert.Equal([4L, 10L], model.Predict(xTest).shape);
        Assert.Equal(["loss", "accuracy"], model.Evaluate(xTest, yTest, verbose: 0).Keys);
        Assert.True(new FileInfo("training.png").Length > 5000);
        Assert.True(new FileInfo("alexnet.keras").Length > 36_927_754 * sizeof(float));
    }
}
