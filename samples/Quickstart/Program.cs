// Trains the full-size AlexNet on drawn images in about a minute, without a download, a graphics card or arguments.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Runtime;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TorchRuntime.SetSeed(1);

// 5000 pictures of ten shapes. For CIFAR-10 use Cifar10Dataset.Load(), which downloads it if necessary.
SyntheticImages data = SyntheticImages.Create();

Sequential model = AlexNetBuilder.Create(data.Train.ImageShape, data.ClassNames.Count);

// With Keras' default of 0.99, the averages would still be those of the first steps when this short training ends.
foreach (BatchNormalization layer in model.Layers.OfType<BatchNormalization>())
    layer.Momentum = 0.9;

// Small batches and momentum, because there are only 300 steps; samples/AlexNetCifar10 has the original recipe of Keras.
// Auto computes in bfloat16 with float32 weights if the device has instructions for it, which is twice as fast; otherwise in float32.
model.Compile(
    new SGD(learningRate: 0.001, momentum: 0.9, nesterov: true),
    new CategoricalCrossentropy(),
    [new Accuracy()],
    precision: DTypePolicy.Auto);
model.Summary();

// One pass over the images, reported after each quarter.
TrainingHistory history = model.Fit(data.Train, batchSize: 16, epochs: 4, validationSplit: 0.05, stepsPerEpoch: 75);

IReadOnlyDictionary<string, double> test = model.Evaluate(data.Test, batchSize: 100, verbose: 0);

string folder = Path.GetFullPath(Path.Combine("runs", "quickstart"));
Directory.CreateDirectory(folder);
history.SaveCsv(Path.Combine(folder, "history.csv"));
history.SavePlot(Path.Combine(folder, "training.png"));

Console.WriteLine($"history.csv and training.png are in {folder}");
Console.WriteLine($"test accuracy: {test["accuracy"]:F4}");
