using System.CommandLine;
using Samples;

namespace TransferWeights;

/// <summary>The arguments of the program.</summary>
internal static class CommandLine
{
    private static readonly Argument<string?> File = new("FILE") { Description = "A model that Keras saved, .keras or .h5. Default: a small AlexNet, which is then trained on drawn images.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Output = new("--output") { Description = "Where the results go.", DefaultValueFactory = _ => "./runs/transfer-weights", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<string?, string, int> transfer)
    {
        var command = new RootCommand("Takes a model over from Keras and gives it back.") { File, Output };
        command.SetAction(parsed => transfer(parsed.GetValue(File), parsed.GetValue(Output)!));
        return command.Run(args);
    }
}
