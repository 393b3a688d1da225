using System.CommandLine;
using CifarVision.Datasets;
using Samples;

namespace BrowserDemo;

/// <summary>The arguments of the program: their names, defaults and ranges.</summary>
internal static class CommandLine
{
    private static readonly ServiceLimits Defaults = new();
    private static readonly Option<string?> Model = new("--model") { Description = "A .keras or .h5 file, or a folder with model.keras and classes.txt as TrainOnFolder writes it. Default: a small network is trained on drawn pictures.", HelpName = "PATH" };
    private static readonly Option<string?> Classes = new("--classes") { Description = "A text file of the classes' names, one a line. Default: classes.txt beside the model, else their numbers.", HelpName = "FILE" };
    private static readonly Option<bool> Raw = new("--raw") { Description = "Hand the model pixels from 0 to 255, for one that begins with a Rescaling layer. Default: from 0 to 1." };
    private static readonly Option<string> Url = new("--url") { Description = "Where to listen. Every machine of the network may ask with http://0.0.0.0:5080.", DefaultValueFactory = _ => "http://localhost:5080" };
    private static readonly Option<int> MaxUpload = new("--max-upload") { Description = "The largest request, in MB.", DefaultValueFactory = _ => Defaults.UploadMegabytes, HelpName = "MB" };
    private static readonly Option<long> MaxPixels = new("--max-pixels") { Description = "The most pixels of a picture.", DefaultValueFactory = _ => ImageFile.MaxPixels };
    private static readonly Option<int> AtOnce = new("--at-once") { Description = "Requests that are worked on at the same time.", DefaultValueFactory = _ => Defaults.AtOnce };
    private static readonly Option<int> Waiting = new("--queue") { Description = "Further requests that wait for their turn; others are answered with 429.", DefaultValueFactory = _ => Defaults.Waiting };
    private static readonly Option<string> Output = new("--output") { Description = "Where the trained network and the files of the page go.", DefaultValueFactory = _ => "./runs/browser-demo", HelpName = "DIR" };

    /// <summary>Parses the arguments and runs the program; invalid arguments end with exit code 2.</summary>
    public static int Run(string[] args, Func<DemoOptions, int> serve)
    {
        Url.Require(IsAddress, "must begin with http:// and name a host and a port");
        MaxUpload.Require(value => value is >= 1 and <= 256, "must be from 1 to 256");
        MaxPixels.Require(value => value is >= 1 and <= 1 << 28, $"must be from 1 to {1 << 28}");
        AtOnce.Require(value => value >= 1, "must be at least 1");
        Waiting.Require(value => value >= 0, "must be at least 0");
        var command = new RootCommand("Serves a page that classifies pictures, in the browser and on this machine.")
        {
            Model, Classes, Raw, Url, MaxUpload, MaxPixels, AtOnce, Waiting, Output,
        };
        command.SetAction(parsed => serve(new DemoOptions(
            parsed.GetValue(Model),
            parsed.GetValue(Classes),
            parsed.GetValue(Raw),
            parsed.GetValue(Url)!,
            new ServiceLimits(parsed.GetValue(MaxUpload), parsed.GetValue(AtOnce), parsed.GetValue(Waiting)),
            parsed.GetValue(MaxPixels),
            parsed.GetValue(Output)!)));
        return command.Run(args);
    }

    private static bool IsAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttp && address.PathAndQuery == "/";
}
