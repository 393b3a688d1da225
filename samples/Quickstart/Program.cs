// The full-size AlexNet, trained on drawn images in about a minute: no download, no graphics card, no arguments.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Runtime;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TorchRuntime.SetSeed(1);

// Five thousand pictures of ten shapes. With CIFAR-10 on disk or a network: Cifar10Dataset.Load().
SyntheticImages data = SyntheticImages.Create();

Sequential model = AlexNetBuilder.Create(data.Train.ImageShape, data.ClassNames.Count);

// Small batches and momentum, because there are only some three hundred steps; samples/AlexNetCifar10 has Keras' original recipe.
// Auto: bfloat16 inside and float32 weights where the device has instructions for it, which is twice as fast; else float32.
model.Compile(
    new SGD(learningRate: 0.001, momentum: 0.9, nesterov: true),
    new CategoricalCrossentropy(),
    [new Accuracy()],
    precision: DTypePolicy.Auto);
model.Summary();

// One pass over the images, with figures after each quarter.
TrainingHistory history = model.Fit(data.Train, batchSize: 16, epochs: 4, validationSplit: 0.05, stepsPerEpoch: 75);

IReadOnlyDictionary<string, double> test = model.Evaluate(data.Test, batchSize: 100, verbose: 0);

string folder = Path.GetFullPath(Path.Combine("runs", "quickstart"));
Directory.CreateDirectory(folder);
history.SaveCsv(Path.Combine(folder, "history.csv"));
history.SavePlot(Path.Combine(folder, "training.png"));

Console.WriteLine($"history.csv and training.png are in {folder}");
Console.WriteLine($"test accuracy: {test["accuracy"]:F4}");
