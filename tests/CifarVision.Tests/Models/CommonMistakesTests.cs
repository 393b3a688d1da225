using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>What beginners do: the error or the warning comes before the first step, and says what to do.</summary>
public class CommonMistakesTests
{
    [Theory]
    [InlineData(new[] { 6, 6, 3 }, "For one sample: np.expand_dims(x, 0).")]
    [InlineData(new[] { 2, 6, 6, 1 }, "Repeat the gray channel: np.repeat(x, 3, axis: 3); or load pictures with ColorMode.Rgb.")]
    [InlineData(new[] { 2, 6, 6, 4 }, "Leave out the alpha channel: x[\":, :, :, 0:3\"].")]
    [InlineData(new[] { 2, 3, 6, 6 }, "Images must be channels last: np.transpose(x, new[] { 0, 2, 3, 1 }).")]
    [InlineData(new[] { 2, 8, 9, 3 }, "Resize the images to 6 x 6, as ImageFile.Load and ImageDataset.FromFolder do.")]
    [InlineData(new[] { 2, 108 }, "Bring them back to images: x.reshape(-1, 6, 6, 3).")]
    public void Predict_OtherShape_SaysHowToFixIt(int[] shape, string advice)
    {
        using var model = new Sequential((6, 6, 3), new Flatten());
        var error = Assert.Throws<ArgumentException>(() => model.Predict(np.zeros(new Shape(shape), typeof(float))));

        Assert.StartsWith("Sequential: Predict must be given samples of the shape (None, 6, 6, 3), but was (None, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 6, 6 }, "For one grayscale image: x.reshape(1, 6, 6, 1).")]
    [InlineData(new[] { 2, 6, 6 }, "For grayscale images: np.expand_dims(x, -1).")]
    [InlineData(new[] { 2, 6, 6, 3 }, "Load pictures with ColorMode.Grayscale.")]
    public void Predict_GrayscaleModel_SaysHowToFixIt(int[] shape, string advice)
    {
        using var model = new Sequential((6, 6, 1), new Flatten());

        Assert.EndsWith(advice, Assert.Throws<ArgumentException>(() => model.Predict(np.zeros(new Shape(shape), typeof(float)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OneHotLabelsForTheSparseLoss_NamesTheRightLoss()
    {
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(), new SparseCategoricalCrossentropy());
        (NDArray x, NDArray y) = TinyTask.Arrays(8);

        Assert.Contains("For one-hot rows use CategoricalCrossentropy.", Assert.Throws<ArgumentException>(() => model.Fit(x, y, verbose: 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ActivationFunction.Softmax, true, "For two classes use ActivationFunction.Sigmoid with BinaryCrossentropy; for more, a unit for each.")]
    [InlineData(ActivationFunction.Softmax, false, "For two classes use ActivationFunction.Sigmoid with BinaryCrossentropy; for more, a unit for each.")]
    [InlineData(ActivationFunction.Sigmoid, false, "For one unit use ActivationFunction.Sigmoid with BinaryCrossentropy.")]
    public void Fit_OneUnitThatCannotLearn_SaysWhatCan(ActivationFunction activation, bool isBinary, string advice)
    {
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(1, activation));
        model.Compile(new SGD(), isBinary ? new BinaryCrossentropy() : new CategoricalCrossentropy());

        Assert.EndsWith(advice, Assert.Throws<ArgumentException>(() => model.Fit(TwoClasses(), verbose: 0)).Message, StringComparison.Ordinal);
        Assert.EndsWith(advice, Assert.Throws<ArgumentException>(() => model.Fit(TwoClasses().Images, np.zeros(new Shape(16, 1), typeof(float)), verbose: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TwoClassesAndOneUnit_TrainsAsWithFloatLabels()
    {
        ImageDataset data = TwoClasses();
        using Sequential ofDataset = Binary();
        using Sequential ofArrays = Binary();
        ofDataset.Fit(data, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, classWeight: new Dictionary<int, double> { [1] = 2 });
        ofArrays.Fit(data.Images.astype(np.float32) / 255f, data.Labels.astype(np.float32), epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, classWeight: new Dictionary<int, double> { [1] = 2 });

        Assert.Equal(ofArrays.GetWeights().SelectMany(weight => weight.ToArray<float>()), ofDataset.GetWeights().SelectMany(weight => weight.ToArray<float>()));
        Assert.Equal(ofArrays.Evaluate(data, verbose: 0), ofDataset.Evaluate(data, verbose: 0));

        static Sequential Binary()
        {
            TorchRuntime.SetSeed(5);
            var model = new Sequential((6, 6, 2), new Flatten(), new Dense(1, ActivationFunction.Sigmoid));
            model.Compile(new SGD(0.1), new BinaryCrossentropy(), [new Accuracy()]);
            return model;
        }
    }

    [Fact]
    public void Fit_ThreeClassesAndOneUnit_IsRefused()
    {
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(1, ActivationFunction.Sigmoid));
        model.Compile(new SGD(), new BinaryCrossentropy());

        Assert.Contains("the dataset's 3 classes must fit", Assert.Throws<ArgumentException>(() => model.Fit(TinyTask.Images(), verbose: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_DatasetWithoutLabels_IsRefused()
    {
        using var folder = new PictureFolder();
        folder.AddMany(classes: 1, each: 2);
        ImageDataset data = ImageDataset.FromFolder(folder.Path, 6, labels: false).Train;
        using var model = new Sequential((6, 6, 3), new Flatten(), new Dense(2));
        model.Compile(new SGD(), new MeanSquaredError());

        Assert.Contains("loaded with labels: false. Use it with Predict.", Assert.Throws<ArgumentException>(() => model.Fit(data, verbose: 0)).Message, StringComparison.Ordinal);
        Assert.Equal([2L, 2L], model.Predict(data).shape);
    }

    [Fact]
    public void Fit_MonitorWithoutValidation_IsRefusedBeforeTheFirstStep()
    {
        using Sequential model = TinyTask.Compiled();
        float[] before = Values(model);
        var error = Assert.Throws<ArgumentException>(() => model.Fit(TinyTask.Images(), verbose: 0, callbacks: [new EarlyStopping()]));

        Assert.EndsWith("Give Fit validation data, or monitor a value of training.", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Values(model));
    }

    internal static float[] Values(Layer model) => [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];

    private static ImageDataset TwoClasses()
    {
        ImageDataset images = TinyTask.Images(16);
        return new ImageDataset(images.Images, np.arange(16) % 2, 2);
    }
}
