// Trains an image classifier. Without arguments it uses drawn images; `dotnet run -c Release -- FOLDER` takes your own pictures, one folder per class.
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Reports;
using CifarVision.Runtime;

TorchRuntime.SetSeed(1);

ImageDataset train, test;
IReadOnlyList<string> classNames;
if (args is [string folder])
{
    ImageFolder pictures = ImageDataset.FromFolder(folder, size: 32, validationSplit: 0.2);
    (train, test, classNames) = (pictures.Train, pictures.Validation!, pictures.ClassNames);
}
else
{
    SyntheticImages drawn = SyntheticImages.Create(train: 2000, test: 400);
    (train, test, classNames) = (drawn.Train, drawn.Test, drawn.ClassNames);
}

Model model = LeNetBuilder.Create(train.ImageShape, classNames.Count);
model.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
model.Summary();
TrainingHistory history = model.Fit(train, epochs: 5, validationData: test);

history.SavePlot("training.png");
model.SavePlot("network.png");
model.Save("model.keras");
File.WriteAllLines("classes.txt", classNames);
new TrainingReport(model, history, test, classNames, train).Save("report.html");
Console.WriteLine($"report.html, training.png, network.png, model.keras and classes.txt are in {Environment.CurrentDirectory}");
