using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace ClassifyImages;

/// <summary>Example pictures, and a network trained on their classes.</summary>
internal static class DrawnExample
{
    /// <summary>Writes both and returns the options with their paths.</summary>
    public static ClassifyOptions Make(ClassifyOptions options)
    {
        TorchRuntime.SetSeed(1);
        SyntheticImages drawn = SyntheticImages.Create(train: 3000, test: 12);
        string pictures = Path.Combine(options.Output, "pictures");
        Directory.CreateDirectory(pictures);
        for (int i = 0; i < drawn.Test.Count; i++)
        {
            // The file name contains the class, so that users can check the prediction.
            string shows = drawn.ClassNames[drawn.Test.Labels.GetByte(i, 0)];
            ImageFile.Save(Path.Combine(pictures, $"{i + 1:D2} {shows}.png"), drawn.Test.Images[i]);
        }

        Console.WriteLine($"drew pictures into {Path.GetFullPath(pictures)}; name pictures and a --model of your own to classify those");
        using Sequential model = LeNetBuilder.Create(drawn.Train.ImageShape, drawn.ClassNames.Count);
        model.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(drawn.Train, epochs: 6, verbose: 2);

        string saved = Path.Combine(options.Output, "model.keras");
        model.Save(saved);
        File.WriteAllLines(ClassList.Beside(saved), drawn.ClassNames);
        return options with { Pictures = [pictures], Model = saved };
    }
}
