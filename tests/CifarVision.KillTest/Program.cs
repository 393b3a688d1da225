using System.CommandLine;
using CifarVision.KillTest;
using CifarVision.Runtime;

// Kills a small training run with SIGKILL at random moments, starts it again, and demands the very bits of a run that was never killed.
//     dotnet run -c Release --project tests/CifarVision.KillTest -- --kills 50
//     dotnet run -c Release --project tests/CifarVision.KillTest -- --kills 20 --ranks 2
// It is deterministic in what it demands and random in when it kills; the seed of the moments is printed.
var kills = new Option<int>("--kills") { Description = "How many runs to kill, in each precision.", DefaultValueFactory = _ => 5 };
var precisions = new Option<DTypePolicy[]>("--precision") { Description = "The number formats.", DefaultValueFactory = _ => [DTypePolicy.Float32, DTypePolicy.MixedBFloat16], AllowMultipleArgumentsPerToken = true };
var seed = new Option<int?>("--seed") { Description = "The seed of the moments. Default: drawn.", HelpName = "N" };
var ranks = new Option<int>("--ranks") { Description = "How many processes mpirun starts, of which one is killed. Default: one, without mpirun.", DefaultValueFactory = _ => 1 };
var command = new RootCommand("Kills a training run at random moments and compares what comes of it, bit by bit.") { kills, precisions, seed, ranks };
command.SetAction(parsed => new Killer(parsed.GetValue(seed) ?? Environment.ProcessId, parsed.GetValue(ranks)).Run(parsed.GetValue(kills), parsed.GetValue(precisions)!) ? 0 : 1);

// What the killer starts.
var folder = new Argument<string>("folder");
var precision = new Argument<DTypePolicy>("precision");
var size = new Argument<int>("ranks");
var train = new Command("train", "Trains in a folder, going on from its backup if it holds one.") { folder, precision, size };
train.Hidden = true;
train.SetAction(parsed => SmallRun.Train(parsed.GetValue(folder)!, parsed.GetValue(precision), parsed.GetValue(size)));
command.Subcommands.Add(train);

// Another way to go wrong at random: a garbage collection while torch reads what nothing holds.
//     dotnet run -c Release --project tests/CifarVision.KillTest -- collect --fits 300
var fits = new Option<int>("--fits") { Description = "How many runs of 20 steps.", DefaultValueFactory = _ => 300 };
var collect = new Command("collect", "Trains while a thread collects garbage once a millisecond, and counts failures.") { fits };
collect.SetAction(parsed =>
{
    int failures = CollectorStress.Run(parsed.GetValue(fits), Console.WriteLine);
    Console.WriteLine($"{parsed.GetValue(fits)} fits, {failures} failures");
    return failures == 0 ? 0 : 1;
});
command.Subcommands.Add(collect);
return command.Parse(args).Invoke();
