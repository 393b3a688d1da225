using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;

namespace CifarVision.Tests.Training;

public class RunningMeansTests
{
    [Fact]
    public void TrainOnBatch_LabelsOfAnotherShape_GoesOnWithTheMeans()
    {
        NDArray x = np.arange(12).astype(np.float32).reshape(4, 3);
        NDArray labels = np.array([0, 1, 1, 0]);

        IReadOnlyDictionary<string, double> expected = TrainTwice(x, labels, labels);
        IReadOnlyDictionary<string, double> found = TrainTwice(x, labels, labels.reshape(4, 1));

        Assert.Equal(expected, found);
    }

    private static IReadOnlyDictionary<string, double> TrainTwice(NDArray x, NDArray first, NDArray second)
    {
        CifarVision.Runtime.TorchRuntime.SetSeed(1);
        using var model = new Sequential(3, new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(0.5), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        IReadOnlyDictionary<string, double> one = model.TrainOnBatch(x, first);
        IReadOnlyDictionary<string, double> two = model.TrainOnBatch(x, second);
        Assert.NotEqual(one["loss"], two["loss"]);
        return two;
    }
}
