using System.CommandLine;
using Samples;

namespace ClassifyImages;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly Argument<string[]> Pictures = new("PICTURES") { Description = "Files, and folders of files. Default: some are drawn.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Model = new("--model") { Description = "A .keras or .h5 file, saved here or by Keras. Default: a small network is trained on drawn pictures.", HelpName = "FILE" };
    private static readonly Option<string?> Classes = new("--classes") { Description = "A text file of the classes' names, one a line. Default: classes.txt beside the model, else their numbers.", HelpName = "FILE" };
    private static readonly Option<int> Top = new("--top") { Description = "How many classes to name for each picture.", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> Raw = new("--raw") { Description = "Hand the model pixels from 0 to 255, for one that begins with a Rescaling layer. Default: from 0 to 1." };
    private static readonly Option<string> Output = new("--output") { Description = "Where the picture of the answers goes; and the drawn pictures, with the network trained on others of their kind.", DefaultValueFactory = _ => "./runs/classify-images", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<ClassifyOptions, int> classify)
    {
        Top.Require(value => value >= 1, "must be at least 1");
        var command = new RootCommand("Says what pictures show, by any saved model that takes color pictures.")
        {
            Pictures, Model, Classes, Top, Raw, Output,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(Pictures) ?? []).Length > 0 != (result.GetValue(Model) is not null))
                result.AddError("Pictures and --model must be given together, or neither.");
        });
        command.SetAction(parsed => classify(new ClassifyOptions(
            parsed.GetValue(Pictures) ?? [],
            parsed.GetValue(Model),
            parsed.GetValue(Classes),
            parsed.GetValue(Top),
            parsed.GetValue(Raw),
            parsed.GetValue(Output)!)));
        return command.Run(args);
    }
}
