// What could make LeNet better than LeNetBuilder's on CIFAR-10? Trains one variant as `AlexNetCifar10 --model lenet --recipe seed` does.
// dotnet run -c Release docs/results/lenet-variants.cs -- original|dropout|wide DATA OUTPUT [SEED]
#:project ../../src/CifarVision
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
if (args.Length < 3)
{
    Console.Error.WriteLine("usage: lenet-variants original|dropout|wide DATA OUTPUT [SEED]");
    return 2;
}

TorchRuntime.SetSeed(args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1);
Cifar10Dataset data = Cifar10Dataset.Load(args[1]);
const ActivationFunction Tanh = ActivationFunction.Tanh, Relu = ActivationFunction.Relu, Softmax = ActivationFunction.Softmax;
Sequential model = args[0] switch
{
    // Activations and pooling as in the article of 1998.
    "original" => new Sequential(
        data.Train.ImageShape,
        new Conv2D(6, 5, activation: Tanh), new AveragePooling2D(2), new Conv2D(16, 5, activation: Tanh), new AveragePooling2D(2),
        new Flatten(), new Dense(120, Tanh), new Dense(84, Tanh), new Dense(10, Softmax)),

    // LeNetBuilder's, with half of the dense units dropped.
    "dropout" => new Sequential(
        data.Train.ImageShape,
        new Conv2D(6, 5, activation: Relu), new MaxPooling2D(2), new Conv2D(16, 5, activation: Relu), new MaxPooling2D(2),
        new Flatten(), new Dense(120, Relu), new Dropout(0.5), new Dense(84, Relu), new Dropout(0.5), new Dense(10, Softmax)),

    // What many tutorials call LeNet: 20 and 50 filters, padded, and one dense layer of 500 units.
    "wide" => new Sequential(
        data.Train.ImageShape,
        new Conv2D(20, 5, padding: Padding.Same, activation: Relu), new MaxPooling2D(2), new Conv2D(50, 5, padding: Padding.Same, activation: Relu), new MaxPooling2D(2),
        new Flatten(), new Dense(500, Relu), new Dense(10, Softmax)),
    _ => throw new ArgumentException($"The variant must be original, dropout or wide, but was {args[0]}."),
};
model.Compile(new SGD(0.01), new CategoricalCrossentropy(), [new Accuracy()]);
TrainingHistory history = model.Fit(data.Train, batchSize: 128, epochs: 100, validationSplit: 0.1, verbose: 2);
IReadOnlyDictionary<string, double> test = model.Evaluate(data.Test, batchSize: 128, verbose: 0);
Directory.CreateDirectory(args[2]);
history.SaveCsv(Path.Combine(args[2], "history.csv"));
history.SavePlot(Path.Combine(args[2], "training.png"));
Console.WriteLine($"test accuracy: {test["accuracy"]:F4}  test loss: {test["loss"]:F4}");
return 0;
