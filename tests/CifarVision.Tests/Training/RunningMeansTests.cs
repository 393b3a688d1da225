using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Training;

public class RunningMeansTests
{
    private readonly NDArray _x = np.arange(12).astype(np.float32).reshape(4, 3);
    private readonly NDArray _labels = np.array([0, 1, 1, 0]);

    [Fact]
    public void Fit_BatchWithLabelsOfAnotherShape_GoesOnWithTheMeans()
    {
        Assert.Equal(FitOn(_labels, _labels), FitOn(_labels, _labels.reshape(4, 1)));

        double[] FitOn(params NDArray[] labels)
        {
            using Sequential model = Start();
            return [.. model.Fit(labels.Select(y => (_x, y)), stepsPerEpoch: labels.Length, verbose: 0).History.Values.Select(values => values[0])];
        }
    }

    // As Keras since 3.15; before, figures of single steps were means since reset_metrics.
    [Fact]
    public void SingleSteps_OneAfterTheOther_ReturnTheFiguresOfTheirBatch()
    {
        using Sequential model = Start();
        double before = model.Evaluate(_x, _labels, verbose: 0)["loss"];

        Assert.Equal(before, model.TrainOnBatch(_x, _labels)["loss"], 1e-6);
        double after = model.Evaluate(_x, _labels, verbose: 0)["loss"];
        Assert.NotEqual(before, after, 1e-3);
        Assert.Equal(after, model.TestOnBatch(_x, _labels)["loss"], 1e-6);
        Assert.Equal(after, model.TrainOnBatch(_x, _labels)["loss"], 1e-6);
    }

    private static Sequential Start()
    {
        TorchRuntime.SetSeed(1);
        var model = new Sequential(3, new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(0.5), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }
}
