using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace BrowserDemo;

/// <summary>A small network for drawn pictures, for a first look without a model of your own.</summary>
internal static class DrawnModel
{
    /// <summary>Returns the network of an earlier start, or trains it, which takes seconds.</summary>
    /// <param name="output">The folder of model.keras, classes.txt and the examples.</param>
    public static DemoModel LoadOrTrain(string output)
    {
        string examples = Path.Combine(output, "examples");
        if (!File.Exists(Path.Combine(output, "model.keras")))
            Train(output, examples);
        DemoModel loaded = DemoModel.Load(output, examples: examples);
        Console.WriteLine($"this model knows drawn pictures of {string.Join(", ", loaded.Classes)}; name one of your own with --model");
        return loaded;
    }

    private static void Train(string output, string examples)
    {
        Console.WriteLine("no --model was given: a small network is trained on drawn pictures, at this first start only");
        TorchRuntime.SetSeed(1);
        SyntheticImages drawn = SyntheticImages.Create(train: 3000, test: 12);
        Directory.CreateDirectory(examples);
        for (int i = 0; i < drawn.Test.Count; i++)
        {
            string shows = drawn.ClassNames[drawn.Test.Labels.GetByte(i, 0)];
            ImageFile.Save(Path.Combine(examples, $"{i + 1:D2} {shows}.png"), drawn.Test.Images[i]);
        }

        using Sequential model = LeNetBuilder.Create(drawn.Train.ImageShape, drawn.ClassNames.Count);
        model.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(drawn.Train, epochs: 3, verbose: 2);
        File.WriteAllLines(Path.Combine(output, "classes.txt"), drawn.ClassNames);

        // Last, because its presence says that the other files are complete.
        model.Save(Path.Combine(output, "model.keras"));
    }
}
