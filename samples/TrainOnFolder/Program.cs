// Trains a network on a folder of pictures with one subfolder per class. Without arguments the program draws such a folder first.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Reports;
using CifarVision.Runtime;
using TrainOnFolder;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Train);

static int Train(FolderOptions options)
{
    TorchRuntime.SetSeed(options.Seed);
    ImageFolder data;
    try
    {
        string folder = options.Folder ?? Path.Combine(options.Output, "pictures");
        if (options.Folder is null)
        {
            DrawnFolder.Write(folder, count: 2000);
            Console.WriteLine($"drew pictures into {Path.GetFullPath(folder)}; name a folder of your own to train on that");
        }

        data = ImageDataset.FromFolder(folder, options.Size, options.ValidationSplit, options.Seed);
        Directory.CreateDirectory(options.Output);
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }

    int classes = data.ClassNames.Count;
    if (classes < 2)
    {
        Console.Error.WriteLine($"There must be at least two classes to tell apart, but the folder has only {data.ClassNames[0]}.");
        return 1;
    }

    Console.WriteLine($"{data.Train.Count} pictures to train on, {data.Validation!.Count} to validate with, {classes} classes: {string.Join(", ", data.ClassNames)}");
    using Model model = options.Model switch
    {
        "vgg" => VggBuilder.Create(data.Train.ImageShape, classes),
        "resnet" => ResNetBuilder.Create(data.Train.ImageShape, classes),
        _ => LeNetBuilder.Create(data.Train.ImageShape, classes),
    };
    model.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
    TrainingHistory history = model.Fit(data.Train, batchSize: options.BatchSize, epochs: options.Epochs, validationData: data.Validation);

    history.SaveCsv(Path.Combine(options.Output, "history.csv"));
    history.SavePlot(Path.Combine(options.Output, "training.png"));
    string saved = Path.Combine(options.Output, "model.keras");
    model.Save(saved);
    new TrainingReport(model, history, data.Validation, data.ClassNames, data.Train, title: $"{(options.Model switch { "vgg" => "VGG", "resnet" => "ResNet", _ => "LeNet" })} on {data.ClassNames.Count} classes of pictures")
        .Save(Path.Combine(options.Output, "report.html"));

    // Model files do not contain class names, so they are saved next to the model.
    File.WriteAllLines(Path.Combine(options.Output, "classes.txt"), data.ClassNames);
    Console.WriteLine($"report.html, model.keras, classes.txt, history.csv and training.png are in {Path.GetFullPath(options.Output)}");
    Console.WriteLine($"to use it: dotnet run -c Release --project samples/ClassifyImages -- FOLDER --model {saved}");
    Console.WriteLine($"validation accuracy: {history.History["val_accuracy"][^1]:F4}");
    return 0;
}
