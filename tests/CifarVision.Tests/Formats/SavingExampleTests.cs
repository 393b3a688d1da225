using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>The examples of docs/saving.md.</summary>
public sealed class SavingExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_TrainedModel_GoesOnAfterLoad()
    {
        string path = _folder.File("model.keras");
        using Sequential model = Model();
        NDArray x = np.ones(new Shape(12, 8, 8, 3));
        NDArray y = np.eye(10)[np.arange(12) % 10];

        #region whole
        model.Fit(x, y, epochs: 2, verbose: 0);
        model.Save(path);

        using Sequential later = Sequential.Load(path);
        later.Fit(x, y, epochs: 4, initialEpoch: 2, verbose: 0);
        #endregion

        Assert.Equal(4, later.Optimizer!.Iterations);
    }

    [Fact]
    public void LoadWeights_OtherNumberOfClasses_LeavesTheLastLayer()
    {
        string path = _folder.File("model.weights.h5");
        using Sequential model = Model();
        using var flowers = new Sequential((8, 8, 3), new Conv2D(4, 3), new Flatten(), new Dense(5, ActivationFunction.Softmax));

        #region weights
        model.SaveWeights(path);

        IReadOnlyList<string> left = flowers.LoadWeights(path, skipMismatch: true);
        #endregion

        Assert.Equal(["sequential/dense"], left);
    }

    private static Sequential Model()
    {
        var model = new Sequential((8, 8, 3), new Conv2D(4, 3), new Flatten(), new Dense(10, ActivationFunction.Softmax));
        model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }
}
