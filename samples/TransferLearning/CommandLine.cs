using System.CommandLine;
using Samples;

namespace TransferLearning;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly Argument<string?> Folder = new("FOLDER") { Description = "A folder with a folder of pictures for each class. Default: one is drawn.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Model = new("--model") { Description = "A MobileNetV2 that Keras or this library saved, .keras or .h5. Default: a small one is trained on drawn images of other classes.", HelpName = "FILE" };
    private static readonly Option<string> Layer = new("--layer") { Description = "The last layer that is kept, whose output is (height, width, channels).", DefaultValueFactory = _ => "out_relu", HelpName = "NAME" };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the pictures for the new layers alone.", DefaultValueFactory = _ => 6 };
    private static readonly Option<int> FineTuningEpochs = new("--fine-tuning-epochs") { Description = "Passes over the pictures for the whole model, at a small rate.", DefaultValueFactory = _ => 5 };
    private static readonly Option<double> FineTuningRate = new("--fine-tuning-rate") { Description = "The learning rate of these passes, above 0. The larger the model that is kept, the smaller: 0.00001 in Keras' guide.", DefaultValueFactory = _ => 0.0003 };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Pictures a step.", DefaultValueFactory = _ => 32 };
    private static readonly Option<double> ValidationSplit = new("--validation-split") { Description = "The share of the pictures to validate with, above 0 and below 1.", DefaultValueFactory = _ => 0.4 };
    private static readonly Option<long> Seed = new("--seed") { Description = "Determines which pictures validate, the first weights and the order.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Output = new("--output") { Description = "Where the results go.", DefaultValueFactory = _ => "./runs/transfer-learning", HelpName = "DIR" };

    /// <summary>Parses and runs; bad arguments are exit code 2.</summary>
    public static int Run(string[] args, Func<TransferOptions, int> transfer)
    {
        Epochs.Require(value => value >= 1, "must be at least 1");
        FineTuningEpochs.Require(value => value >= 1, "must be at least 1");
        FineTuningRate.Require(value => value > 0, "must be above 0");
        BatchSize.Require(value => value >= 1, "must be at least 1");
        ValidationSplit.Require(value => value is > 0 and < 1, "must be above 0 and below 1");
        var command = new RootCommand("Trains a model that knows other images on pictures of your own: first new layers on the frozen model, then all of it at a small rate.")
        {
            Folder, Model, Layer, Epochs, FineTuningEpochs, FineTuningRate, BatchSize, ValidationSplit, Seed, Output,
        };
        command.SetAction(parsed => transfer(new TransferOptions(
            parsed.GetValue(Folder),
            parsed.GetValue(Model),
            parsed.GetValue(Layer)!,
            parsed.GetValue(Epochs),
            parsed.GetValue(FineTuningEpochs),
            parsed.GetValue(FineTuningRate),
            parsed.GetValue(BatchSize),
            parsed.GetValue(ValidationSplit),
            parsed.GetValue(Seed),
            parsed.GetValue(Output)!)));
        return command.Run(args);
    }
}
