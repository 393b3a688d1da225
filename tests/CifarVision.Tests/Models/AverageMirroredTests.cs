using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class AverageMirroredTests
{
    private static readonly (NDArray X, NDArray Y) Data = TinyTask.Noise(20, (6, 6, 2));
    private static readonly NDArray MirrorImages = Data.X[":, :, ::-1"].copy();

    [Fact]
    public void Predict_IsTheMeanOverImagesAndMirrorImages()
    {
        using Sequential model = TinyTask.Model();
        float[] images = Values(model.Predict(Data.X));
        float[] mirrored = Values(model.Predict(MirrorImages));

        float[] averaged = Values(model.Predict(Data.X, batchSize: 8, averageMirrored: true));

        Assert.NotEqual(images, mirrored);
        Assert.All(averaged.Index(), value => Assert.Equal((images[value.Index] + mirrored[value.Index]) / 2, value.Item, 1e-6f));
        Assert.All(Values(model.Predict(MirrorImages, averageMirrored: true)).Index(), value => Assert.Equal(averaged[value.Index], value.Item, 1e-6f));
    }

    [Fact]
    public void Evaluate_TakesLossAndMetricsOfTheAveragedProbabilities()
    {
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(), new CategoricalCrossentropy(), [new Accuracy()]);
        float[] averaged = Values(model.Predict(Data.X, averageMirrored: true));
        int[] labels = [.. Rows(Values(Data.Y)).Select(Largest)];
        double loss = Rows(averaged).Zip(labels, (row, label) => -Math.Log(row[label])).Average();
        double accuracy = Rows(averaged).Zip(labels, (row, label) => Largest(row) == label ? 1.0 : 0).Average();
        double lossOfImages = model.Evaluate(Data.X, Data.Y, verbose: 0)["loss"];

        IReadOnlyDictionary<string, double> result = model.Evaluate(Data.X, Data.Y, batchSize: 8, verbose: 0, averageMirrored: true);

        Assert.Equal(loss, result["loss"], 1e-5);
        Assert.Equal(accuracy, result["accuracy"], 1e-6);
        Assert.NotEqual(lossOfImages, result["loss"], 1e-4);
        Assert.Equal(lossOfImages, model.Evaluate(Data.X, Data.Y, verbose: 0)["loss"], 1e-6);
    }

    [Fact]
    public void Dataset_GivesTheNumbersOfItsArrays()
    {
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(), new CategoricalCrossentropy(), [new Accuracy()]);
        (NDArray x, NDArray y) = TinyTask.Arrays();

        Assert.Equal(Values(model.Predict(x, averageMirrored: true)), Values(model.Predict(TinyTask.Images(), averageMirrored: true)), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(
            model.Evaluate(x, y, verbose: 0, averageMirrored: true)["loss"], model.Evaluate(TinyTask.Images(), verbose: 0, averageMirrored: true)["loss"], 1e-6);
    }

    [Fact]
    public void EachOutputOfAModelIsAveraged()
    {
        KerasTensor input = Keras.Input((6, 6, 2));
        KerasTensor flat = new Flatten().Call(input);
        using var model = new Model([input], [new Dense(2, ActivationFunction.Softmax).Call(flat), new Dense(1, ActivationFunction.Sigmoid).Call(flat)]);
        IReadOnlyList<NDArray> images = model.Predict([Data.X]);
        IReadOnlyList<NDArray> mirrored = model.Predict([MirrorImages]);

        IReadOnlyList<NDArray> averaged = model.Predict([Data.X], averageMirrored: true);

        for (int output = 0; output < 2; output++)
        {
            Assert.Equal(
                Values(images[output]).Zip(Values(mirrored[output]), (a, b) => (a + b) / 2), Values(averaged[output]), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void InputsThatAreNoImages_AreRejected()
    {
        using var model = new Sequential(4, new Dense(1));
        model.Compile(new SGD(), new MeanSquaredError());
        NDArray x = np.zeros(new Shape(2, 4), typeof(float));

        var error = Assert.Throws<ArgumentException>("averageMirrored", () => model.Predict(x, averageMirrored: true));
        Assert.StartsWith("Sequential: averageMirrored must be false unless all inputs are images, (height, width, channels), but one is (None, 4).", error.Message);
        Assert.Throws<ArgumentException>("averageMirrored", () => model.Evaluate(x, np.zeros(new Shape(2, 1), typeof(float)), averageMirrored: true));
    }

    private static float[] Values(NDArray array) => array.ToArray<float>();

    private static IEnumerable<float[]> Rows(float[] values) => values.Chunk(TinyTask.Classes);

    private static int Largest(float[] row) => Array.IndexOf(row, row.Max());
}
