using System.CommandLine;
using CifarVision.Mutation;

// Changes single instructions of the compiled library, and runs the tests that should fail.
//     dotnet build -c Release tests/CifarVision.Tests
//     dotnet run -c Release --project tests/CifarVision.Mutation -- --folder Optimizers --count 20
// The mutants follow from the seed. Tests are those of the folder and those named here, by patterns of xunit's runner.
var tests = new Option<string>("--tests") { Description = "The folder of the built tests.", DefaultValueFactory = _ => "tests/CifarVision.Tests/bin/Release/net10.0/linux-x64" };
var folder = new Option<string>("--folder") { Description = "The folder of src/CifarVision.", Required = true };
var classes = new Option<string[]>("--class") { Description = "Patterns of test classes, besides those of the folder.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
var count = new Option<int>("--count") { Description = "How many mutants.", DefaultValueFactory = _ => 20 };
var seed = new Option<int>("--seed") { Description = "The seed of the sample.", DefaultValueFactory = _ => 1 };
var command = new RootCommand("Changes instructions of the compiled library one at a time, and tells which changes no test notices.") { tests, folder, classes, count, seed };
command.SetAction(parsed =>
{
    string name = parsed.GetValue(folder)!;
    using var trial = new Trial(parsed.GetValue(tests)!, [$"CifarVision.Tests.{name}.*", .. parsed.GetValue(classes)!]);
    if (!trial.Passes(mutant: null))
    {
        Console.Error.WriteLine("The tests must pass without a change, but do not.");
        return 2;
    }

    Mutant[] all = [.. Mutants.Find(trial.Library, $"CifarVision.{name}")];
    new Random(parsed.GetValue(seed)).Shuffle(all);
    Mutant[] sample = [.. all.Take(parsed.GetValue(count))];
    int killed = 0;
    foreach (Mutant mutant in sample)
    {
        bool survives = trial.Passes(mutant);
        killed += survives ? 0 : 1;
        Console.WriteLine($"{(survives ? "SURVIVED" : "killed")} {mutant}");
    }

    Console.WriteLine($"{name}: {killed} of {sample.Length} killed, of {all.Length} possible");
    return 0;
});
return command.Parse(args).Invoke();
