using System.CommandLine;
using CifarVision.Mpi;
using CifarVision.MpiTest;
using CifarVision.Runtime;

// What the tests start on several processes:
//     mpirun -n 2 dotnet CifarVision.MpiTest.dll train OUT --model lenet
// Each process writes what it found into files of its own under OUT, for the test to compare.
var folder = new Argument<string>("folder");
var model = new Option<string>("--model") { DefaultValueFactory = _ => "lenet" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 7 };
var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 130 };
var odd = new Option<string?>("--odd") { Description = "What is different on the last rank." };
var train = new Command("train", "Trains a model and writes history, weights, evaluation and predictions.") { folder, model, seed, rows, odd };
train.SetAction(parsed =>
{
    TorchRuntime.SetSeed(parsed.GetValue(seed));
    using MpiWorld world = MpiWorld.Start();
    TrainingRun.Run(world, parsed.GetValue(folder)!, parsed.GetValue(model)!, parsed.GetValue(rows), parsed.GetValue(odd));
    return 0;
});

return new RootCommand("Runs on several processes, for tests.") { train }.Parse(args).Invoke();
