using System.CommandLine;
using Samples;

namespace TrainOnFolder;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly Argument<string?> Folder = new("FOLDER") { Description = "A folder with a folder of pictures for each class. Default: one is drawn.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<int> Size = new("--size") { Description = "Height and width that pictures are brought to, 16 to 512 pixels.", DefaultValueFactory = _ => 32 };
    private static readonly Option<string> Model = new Option<string>("--model") { Description = "The network.", DefaultValueFactory = _ => "lenet" }.AcceptOnlyFromAmong("lenet", "vgg", "resnet");
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the pictures.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Pictures a step.", DefaultValueFactory = _ => 32 };
    private static readonly Option<double> ValidationSplit = new("--validation-split") { Description = "The share of the pictures to validate with, above 0 and below 1.", DefaultValueFactory = _ => 0.2 };
    private static readonly Option<long> Seed = new("--seed") { Description = "Says which pictures validate, the first weights and the order.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Output = new("--output") { Description = "Where the results go.", DefaultValueFactory = _ => "./runs/train-on-folder", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<FolderOptions, int> train)
    {
        Size.Require(value => value is >= 16 and <= 512, "must be from 16 to 512");
        Epochs.Require(value => value >= 1, "must be at least 1");
        BatchSize.Require(value => value >= 1, "must be at least 1");
        ValidationSplit.Require(value => value is > 0 and < 1, "must be above 0 and below 1");
        var command = new RootCommand("Trains a network on your own pictures, a folder a class, and saves it for the sample ClassifyImages.")
        {
            Folder, Size, Model, Epochs, BatchSize, ValidationSplit, Seed, Output,
        };
        command.SetAction(parsed => train(new FolderOptions(
            parsed.GetValue(Folder),
            parsed.GetValue(Size),
            parsed.GetValue(Model)!,
            parsed.GetValue(Epochs),
            parsed.GetValue(BatchSize),
            parsed.GetValue(ValidationSplit),
            parsed.GetValue(Seed),
            parsed.GetValue(Output)!)));
        return command.Run(args);
    }
}
