using System.Diagnostics;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using NumSharp;

namespace LeNetVsAlexNet;

/// <summary>One trained network and its predictions for the test images.</summary>
internal sealed record Contender(string Name, Sequential Model, TrainingHistory History, TimeSpan Duration, NDArray Predictions, ConfusionMatrix Confusion)
{
    /// <summary>Trains a network and predicts the classes of the test images.</summary>
    public static Contender Train(string name, Sequential model, Optimizer optimizer, Images images, ComparisonOptions options)
    {
        model.Compile(optimizer, new CategoricalCrossentropy(), [new Accuracy()], precision: DTypePolicy.Auto);
        Console.WriteLine($"\n{name}: {model.CountParams():N0} parameters");
        long start = Stopwatch.GetTimestamp();
        TrainingHistory history = model.Fit(
            images.Train, batchSize: options.BatchSize, epochs: options.Epochs, verbose: options.Verbose, validationData: images.Validation);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);

        NDArray predictions = model.Predict(images.Test, batchSize: 100);
        var confusion = new ConfusionMatrix(images.ClassNames.Count);
        confusion.Update(images.Test.Labels, predictions);
        return new Contender(name, model, history, duration, predictions, confusion);
    }
}
