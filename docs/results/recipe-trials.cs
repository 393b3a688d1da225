// What helps AlexNet in few epochs? Trains an AlexNet of half the width for four epochs with variants of TrainingRecipe.Fast, and prints the accuracy on the
// 5,000 validation images. The defaults are the recipe of version 0.1 with another momentum; shift=2 reflect=1 is that of today in runs of fewer than 16 epochs.
// dotnet run -c Release docs/results/recipe-trials.cs -- DATA [NAME=NUMBER ...], the names being those of the defaults below.
#:project ../../src/CifarVision
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var options = new Dictionary<string, double>
{
    ["seed"] = 1,
    ["epochs"] = 4,
    ["limit"] = 45_000,
    ["shift"] = 4,          // pixels
    ["reflect"] = 0,        // 1: images are reflected at their borders, 0: black outside
    ["rate"] = 0.05,        // the highest learning rate
    ["warmup"] = 0.3,       // the fraction of the steps until it is reached
    ["linear"] = 0,         // 1: the rate changes linearly, 0: along a cosine
    ["decay"] = 0.005,      // of kernels
    ["normalize"] = 0,      // 1: pixels are normalized to mean 0 and variance 1
    ["momentum"] = 0.9,     // of BatchNormalization
};
if (args.Length == 0)
{
    Console.Error.WriteLine($"usage: recipe-trials DATA [NAME=NUMBER ...], NAME being one of {string.Join(", ", options.Keys)}");
    return 2;
}

foreach (string[] option in args.Skip(1).Select(argument => argument.Split('=')))
    options[options.ContainsKey(option[0]) ? option[0] : throw new ArgumentException($"There is no option {option[0]}.")] = double.Parse(option[1], CultureInfo.InvariantCulture);

const int BatchSize = 128;
TorchRuntime.SetSeed((long)options["seed"]);
(ImageDataset train, ImageDataset validation) = Cifar10Dataset.Load(args[0]).Train.Split(0.1);
train = train.Take((int)options["limit"]);
int epochs = (int)options["epochs"];
double shift = options["shift"] / 32;
var model = new Sequential(train.ImageShape, new RandomFlip(FlipMode.Horizontal));
if (shift > 0)
    model.Add(new RandomTranslation(shift, shift, options["reflect"] > 0 ? FillMode.Reflect : FillMode.Constant, Interpolation.Nearest));
if (options["normalize"] > 0)
    model.Add(new Normalization(mean: [0.4914, 0.4822, 0.4465], variance: [0.0610, 0.0593, 0.0684]));
foreach (Layer layer in HalfAlexNet())
    model.Add(layer);
model.Compile(
    new SGD(
        new OneCycle(options["rate"], (long)epochs * ((train.Count + BatchSize - 1) / BatchSize), options["warmup"], annealing: options["linear"] > 0 ? Annealing.Linear : Annealing.Cosine),
        momentum: 0.9,
        nesterov: true,
        weightDecay: options["decay"],
        excludeFromWeightDecay: ["bias", "gamma", "beta"]),
    new CategoricalCrossentropy(labelSmoothing: 0.1),
    [new Accuracy()],
    DTypePolicy.MixedBFloat16);
model.Fit(train, BatchSize, epochs, verbose: 2, validationData: validation);
double images = model.Evaluate(validation, verbose: 0)["accuracy"];
double averaged = model.Evaluate(validation, verbose: 0, averageMirrored: true)["accuracy"];
Console.WriteLine($"{string.Join(' ', args.Skip(1))}: validation accuracy {images:F4}, averaged over mirror images {averaged:F4}");
return 0;

IEnumerable<Layer> HalfAlexNet() =>
[
    Conv(48, new Zeros()), new MaxPooling2D(2), Normalize(),
    Conv(128, new Ones()), new MaxPooling2D(2), Normalize(),
    Conv(192, new Zeros()), Conv(192, new Ones()), Conv(128, new Ones()), new MaxPooling2D(2), Normalize(),
    new Flatten(),
    new Dense(2048, ActivationFunction.Relu, biasInitializer: new Ones()), new Dropout(0.5),
    new Dense(2048, ActivationFunction.Relu, biasInitializer: new Ones()), new Dropout(0.5),
    new Dense(10, ActivationFunction.Softmax),
];

Conv2D Conv(int filters, Initializer bias) => new(filters, kernelSize: 3, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: bias);

BatchNormalization Normalize() => new(momentum: options["momentum"]);
