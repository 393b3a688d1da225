using System.CommandLine;
using CifarVision.Mpi;
using CifarVision.MpiTest;
using CifarVision.Runtime;
using static TorchSharp.torch;

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

// How fast training is, and how much of the exchange the computation hides. Also without mpirun:
//     mpirun -n 2 dotnet CifarVision.MpiTest.dll measure --model alexnet --batch 128 --type Float32
var batch = new Option<int>("--batch") { Description = "Images a step of all processes.", DefaultValueFactory = _ => 256 };
var steps = new Option<int>("--steps") { Description = "Steps to measure, each with and without exchange.", DefaultValueFactory = _ => 8 };
var type = new Option<ScalarType>("--type") { Description = "The dtype of gradients on the wire.", DefaultValueFactory = _ => ScalarType.Float32 };
var bucket = new Option<long>("--bucket") { Description = "The bytes of a bucket.", DefaultValueFactory = _ => 25 << 20 };
var rounds = new Option<int>("--rounds") { Description = "How many times to measure with and without exchange in turn.", DefaultValueFactory = _ => 3 };
var measure = new Command("measure", "Measures steps with exchange, without it, and the exchange alone.") { model, batch, steps, type, bucket, rounds };
measure.SetAction(parsed =>
{
    using MpiWorld world = MpiWorld.Start();
    Measurement.Run(world, parsed.GetValue(model)!, parsed.GetValue(batch), parsed.GetValue(steps), parsed.GetValue(type), parsed.GetValue(bucket), parsed.GetValue(rounds));
    return 0;
});

return new RootCommand("Runs on several processes, for tests.") { train, measure }.Parse(args).Invoke();
