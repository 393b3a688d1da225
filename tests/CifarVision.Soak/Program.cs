using System.CommandLine;
using System.Globalization;
using CifarVision.Soak;

// Trains, predicts, saves and loads for a long time, and records what the process holds meanwhile.
//     dotnet run -c Release --project tests/CifarVision.Soak -- --csv docs/soak.csv --plot docs/images/soak.png
// Fails if memory, tensors or handles grow.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var epochs = new Option<int>("--epochs") { Description = "How many epochs of one Fit.", DefaultValueFactory = _ => 2000 };
var predicts = new Option<int>("--predicts") { Description = "How many calls of Predict.", DefaultValueFactory = _ => 100_000 };
var cycles = new Option<int>("--cycles") { Description = "How many times a model is saved and loaded.", DefaultValueFactory = _ => 1000 };
var csv = new Option<string>("--csv") { Description = "The file of the measurements.", DefaultValueFactory = _ => "soak.csv" };
var plot = new Option<string>("--plot") { Description = "The picture of the measurements.", DefaultValueFactory = _ => "soak.png" };
var command = new RootCommand("Trains, predicts, saves and loads for a long time, and records memory, tensors and handles. Linux only.") { epochs, predicts, cycles, csv, plot };
command.SetAction(parsed =>
{
    // The first use of the console opens handles.
    Console.Error.WriteLine("Training, predicting, saving and loading; this takes minutes.");
    var record = new SoakRecord();
    LongRun.Train(parsed.GetValue(epochs), record);
    LongRun.Predict(parsed.GetValue(predicts), record);
    LongRun.SaveAndLoad(parsed.GetValue(cycles), record);
    record.SaveCsv(parsed.GetValue(csv)!);
    record.SavePlot(parsed.GetValue(plot)!);
    return record.Report(Console.Out) ? 0 : 1;
});
return command.Parse(args).Invoke();
