using CifarVision.Datasets;
using CifarVision.Models;
using NumSharp;

namespace TransferWeights;

/// <summary>A model saved by Keras with its predictions, and drawn images of its input size for training.</summary>
internal static class KerasExample
{
    public static string ModelPath => Path.Combine(AppContext.BaseDirectory, "from-keras.keras");

    /// <summary>Prints the difference between this library's predictions and those recorded by Keras.</summary>
    public static void Compare(Sequential model)
    {
        using var recorded = np.load_npz(Path.Combine(AppContext.BaseDirectory, "from-keras.predictions.npz"));
        Console.WriteLine($"predictions differ from those that Keras recorded by {Predictions.LargestDifference(recorded["predictions"], model.Predict(recorded["x"])):0.0e+0}");
    }

    /// <summary>Continues the training started in Keras: the file also contains optimizer, loss and metrics.</summary>
    public static void TrainFurther(Sequential model)
    {
        SyntheticImages data = SyntheticImages.Create();
        (NDArray x, NDArray y) = (Halve(data.Train.Images), Labels.ToCategorical(data.Train.Labels, data.ClassNames.Count));
        (NDArray xTest, NDArray yTest) = (Halve(data.Test.Images), Labels.ToCategorical(data.Test.Labels, data.ClassNames.Count));
        double before = model.Evaluate(xTest, yTest, verbose: 0)["accuracy"];
        model.Fit(x, y, batchSize: 16, epochs: 4, validationSplit: 0.1);
        Console.WriteLine($"accuracy on drawn images: {before:F4} as Keras left it, {model.Evaluate(xTest, yTest, verbose: 0)["accuracy"]:F4} now");
    }

    // From 32 x 32 to 16 x 16 pixels, each the mean of four, and to the range 0 to 1.
    private static NDArray Halve(NDArray images)
    {
        long count = images.shape[0];
        return np.mean(np.mean((images.astype(np.float32) / 255f).reshape(count, 16, 2, 16, 2, 3), 4), 2).astype(np.float32);
    }
}
