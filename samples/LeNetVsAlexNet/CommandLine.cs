using System.CommandLine;
using Samples;

namespace LeNetVsAlexNet;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> Data = new("--data") { Description = "CIFAR-10: a folder with the .bin files, or cifar-10-binary.tar.gz. Default: images drawn on the spot.", HelpName = "PATH" };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the training images.", DefaultValueFactory = _ => 4, HelpName = "N" };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Images a step.", DefaultValueFactory = _ => 16, HelpName = "N" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Only the first N images, of which a tenth is for validation. Default: 1500 drawn ones, or all of CIFAR-10.", HelpName = "N" };
    private static readonly Option<long> Seed = new("--seed") { Description = "The same seed gives the same run.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<int> Verbose = new("--verbose") { Description = "0 silent, 1 a progress bar, 2 a line an epoch.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<string> Output = new("--output") { Description = "Where the pictures go.", DefaultValueFactory = _ => "./runs/lenet-vs-alexnet", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<ComparisonOptions, int> compare)
    {
        Epochs.Require(value => value >= 1, "must be at least 1");
        BatchSize.Require(value => value >= 1, "must be at least 1");
        Limit.Require(value => value is null or >= 10, "must be at least 10");
        Verbose.Require(value => value is >= 0 and <= 2, "must be 0, 1 or 2");
        var command = new RootCommand("Trains LeNet and AlexNet on the same images and draws both in one picture.") { Data, Epochs, BatchSize, Limit, Seed, Verbose, Output };
        command.SetAction(parsed => compare(new ComparisonOptions(
            parsed.GetValue(Data),
            parsed.GetValue(Epochs),
            parsed.GetValue(BatchSize),
            parsed.GetValue(Limit),
            parsed.GetValue(Seed),
            parsed.GetValue(Verbose),
            parsed.GetValue(Output)!)));
        return command.Run(args);
    }
}
