using System.Text.Json.Nodes;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;

namespace TransferLearning;

/// <summary>A model and pictures to try the program with. The model was trained on five classes of drawn images, the pictures are of the other five.</summary>
internal static class DrawnExample
{
    private const int Side = 64;

    /// <summary>Draws the pictures to transfer to, a folder for each class, and returns the folder.</summary>
    public static string DrawPictures(string output) => Draw(Path.Combine(output, "pictures"), SyntheticImages.Create(train: 3000, test: 1, seed: 2), firstClass: 1);

    /// <summary>Trains a small MobileNetV2 on the other classes, and returns its file.</summary>
    public static string TrainModel(string output)
    {
        string folder = Draw(Path.Combine(output, "pictures-before"), SyntheticImages.Create(train: 4000, test: 1), firstClass: 0);
        ImageFolder data = ImageDataset.FromFolder(folder, Side, validationSplit: 0.1);
        using Model model = WithFasterAverages(MobileNetV2Builder.Create(data.Train.ImageShape, data.ClassNames.Count, alpha: 0.35));

        // A dataset scales its images to 0 .. 1; MobileNetV2 takes -1 .. 1.
        using var scaled = new Sequential(data.Train.ImageShape, new Rescaling(scale: 2, offset: -1), model);
        scaled.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        scaled.Fit(data.Train, epochs: 5, verbose: 2, validationData: data.Validation);
        string file = Path.Combine(output, "before.keras");
        model.Save(file);
        return file;
    }

    // MobileNetV2's moving averages (momentum 0.999) are made for ImageNet: here training would end before they have followed.
    private static Model WithFasterAverages(Model model)
    {
        using (model)
        {
            JsonObject config = model.GetConfig();
            foreach (JsonNode? layer in config["layers"]!.AsArray())
            {
                if (layer!["class_name"]!.GetValue<string>() == nameof(BatchNormalization))
                    layer["config"]!["momentum"] = 0.9;
            }

            return Model.FromConfig(config);
        }
    }

    private static string Draw(string folder, SyntheticImages drawn, int firstClass)
    {
        for (int i = 0; i < drawn.Train.Count; i++)
        {
            int label = drawn.Train.Labels.GetByte(i, 0);
            if (label % 2 != firstClass)
                continue;
            string ofClass = Path.Combine(folder, drawn.ClassNames[label]);
            Directory.CreateDirectory(ofClass);
            ImageFile.Save(Path.Combine(ofClass, $"{i:D4}.png"), drawn.Train.Images[i]);
        }

        return folder;
    }
}
