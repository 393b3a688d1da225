using System.CommandLine;
using CifarVision.Runtime;
using Samples;

namespace AlexNetCifar10;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, DTypePolicy> Precisions = new() { ["auto"] = DTypePolicy.Auto, ["float32"] = DTypePolicy.Float32, ["mixed_bfloat16"] = DTypePolicy.MixedBFloat16 };

    private static readonly Option<string?> Data = new("--data") { Description = "A folder with the .bin files, or cifar-10-binary.tar.gz. Default: CIFARVISION_DATA, the cache, a download.", HelpName = "PATH" };
    private static readonly Option<string> Model = new Option<string>("--model") { Description = "The network.", DefaultValueFactory = _ => "alexnet" }.AcceptOnlyFromAmong("alexnet", "lenet");
    private static readonly Option<string> Recipe = new Option<string>("--recipe") { Description = "How to train. seed: as the Keras script did; fast: TrainingRecipe.Fast.", DefaultValueFactory = _ => "seed" }.AcceptOnlyFromAmong("seed", "fast");
    private static readonly Option<string?> Precision = new("--precision") { Description = "The number format: auto, float32 or mixed_bfloat16. auto: mixed_bfloat16 where the device has instructions for it. Default: float32, with the recipe fast auto.", HelpName = "FORMAT" };
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "Passes over the training images. Default: 100, with the recipe fast 8.", HelpName = "N" };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Images a step.", DefaultValueFactory = _ => 128 };
    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "SGD's learning rate, above 0. Default: 0.01, with the recipe fast 0.05 at the top of the cycle.", HelpName = "RATE" };
    private static readonly Option<double> ValidationSplit = new("--validation-split") { Description = "The share of the last training images to validate with, from 0 to below 1.", DefaultValueFactory = _ => 0.1 };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Only the first N training images, and as large a share of the test images.", HelpName = "N" };
    private static readonly Option<string> Device = new Option<string>("--device") { Description = "Where to compute. auto: CUDA where there is one, else the CPU.", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong("auto", "cpu", "cuda", "mps");
    private static readonly Option<long?> Seed = new("--seed") { Description = "Makes the run reproducible. Default: drawn, and printed.", HelpName = "N" };
    private static readonly Option<int> Verbose = new("--verbose") { Description = "0 silent, 1 a progress bar, 2 a line an epoch.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Output = new("--output") { Description = "Where the results go.", DefaultValueFactory = _ => "./runs/alexnet-cifar10", HelpName = "DIR" };

    private static readonly Option<string> Distribute = new Option<string>("--distribute") { Description = "Whether to train on the processes that mpirun or srun started: none or mpi.", DefaultValueFactory = _ => "none" }.AcceptOnlyFromAmong("none", "mpi");
    private static readonly Option<string?> Resume = new("--resume") { Description = "Keep backups in DIR, every 200 steps and each epoch; if it holds one, go on from it. Default: none.", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<TrainingOptions, int> train)
    {
        Epochs.Require(value => value is null or >= 1, "must be at least 1");
        BatchSize.Require(value => value >= 1, "must be at least 1");
        LearningRate.Require(value => value is null or (> 0 and < double.PositiveInfinity), "must be above 0");
        ValidationSplit.Require(value => value is >= 0 and < 1, "must be from 0 to below 1");
        Limit.Require(value => value is null or >= 1, "must be at least 1");
        Precision.Require(value => value is null || Precisions.ContainsKey(value), "must be auto, float32 or mixed_bfloat16");
        Verbose.Require(value => value is >= 0 and <= 2, "must be 0, 1 or 2");
        var command = new RootCommand("Trains AlexNet (or LeNet) on CIFAR-10, by default as the Keras script did: SGD 0.01, batch 128, 100 epochs, a tenth for validation.")
        {
            Data, Model, Recipe, Precision, Epochs, BatchSize, LearningRate, ValidationSplit, Limit, Device, Seed, Verbose, Output, Resume, Distribute,
        };
        command.SetAction(parsed => train(new TrainingOptions(
            parsed.GetValue(Data),
            parsed.GetValue(Model)!,
            parsed.GetValue(Recipe)!,
            parsed.GetValue(Precision) is { } precision ? Precisions[precision] : null,
            parsed.GetValue(Epochs),
            parsed.GetValue(BatchSize),
            parsed.GetValue(LearningRate),
            parsed.GetValue(ValidationSplit),
            parsed.GetValue(Limit),
            parsed.GetValue(Device)!,
            parsed.GetValue(Seed),
            parsed.GetValue(Verbose),
            parsed.GetValue(Output)!,
            parsed.GetValue(Resume),
            parsed.GetValue(Distribute)!)));
        return command.Run(args);
    }
}
