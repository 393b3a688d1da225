// Checks the library on this machine's graphics card against Keras' recorded numbers and the installed PyTorch; on a machine without a card a short
// form on the CPU. tests/gpu/pack puts it into a folder with .NET; the script run there starts it. See docs/gpu.md.
using System.CommandLine;
using System.Globalization;
using CifarVision.GpuCheck;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var data = new Option<string?>("--data") { Description = "A folder with CIFAR-10's .bin files, or cifar-10-binary.tar.gz, for the sections that train on it.", HelpName = "PATH" };
var json = new Option<string?>("--json") { Description = "Also write the table to this file, after each section.", HelpName = "FILE" };
var minutes = new Option<double>("--minutes") { Description = "When the time is over, what runs is ended, and what is left is not begun.", DefaultValueFactory = _ => 10, HelpName = "N" };
var only = new Option<string[]>("--only") { Description = $"Only these sections: {string.Join(", ", Sections.All.Select(section => section.Name))}.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
only.AcceptOnlyFromAmong([.. Sections.All.Select(section => section.Name)]);
var root = new RootCommand("Checks CifarVision on this machine; the exit code is 0 if nothing failed.") { data, json, minutes, only };
root.SetAction(parsed => new Check(parsed.GetValue(data), parsed.GetValue(json), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(only)!).Run() ? 0 : 1);

// What the check starts in processes of their own, so that one that dies takes nothing with it.
var probe = new Command("probe", "Loads libtorch and says what there is.") { Hidden = true };
probe.SetAction(_ => Console.WriteLine(Machine.Probe().ToJsonString()));
var net = new Argument<string>("net");
var precision = new Argument<Precision>("precision");
var batchSize = new Option<int>("--batch-size") { DefaultValueFactory = _ => 128 };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 100 };
var step = new Command("step", "Times training steps.") { net, precision, batchSize, steps };
step.Hidden = true;
step.SetAction(parsed => Console.WriteLine(Work.Step(parsed.GetValue(net)!, parsed.GetValue(precision), parsed.GetValue(batchSize), parsed.GetValue(steps)).ToJsonString()));
var folder = new Argument<string>("folder");
var images = new Option<int>("--images") { DefaultValueFactory = _ => 10_000 };
var predict = new Command("predict", "Predicts, and writes weights, images and predictions for PyTorch.") { folder, precision, batchSize, images };
predict.Hidden = true;
predict.SetAction(parsed => Console.WriteLine(Work.Predict(parsed.GetValue(folder)!, parsed.GetValue(precision), parsed.GetValue(batchSize), parsed.GetValue(images)).ToJsonString()));
root.Subcommands.Add(probe);
root.Subcommands.Add(step);
root.Subcommands.Add(predict);
ParseResult result = root.Parse(args);
foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
    Console.Error.WriteLine(error.Message);
if (result.Errors.Count > 0)
    return 2;
try
{
    return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (DllNotFoundException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
