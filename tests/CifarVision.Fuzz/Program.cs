using System.CommandLine;
using CifarVision.Fuzz;
using CifarVision.Models;

// Damages sound files and has every reader of the library read them, each reader in processes of its own.
//     dotnet run -c Release --project tests/CifarVision.Fuzz -- --inputs 20000
// An input may lead to an InvalidDataException or IOException, within 2 s and 128 MB. The inputs follow from the seed.
var inputs = new Option<int>("--inputs") { Description = "How many inputs for each reader.", DefaultValueFactory = _ => 2000 };
var seed = new Option<int>("--seed") { Description = "The seed of the inputs.", DefaultValueFactory = _ => 1 };
var readers = new Option<string[]>("--reader") { Description = "The readers. Default: all.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. Targets.All.Select(target => target.Name)] };
var keep = new Option<string?>("--keep") { Description = "A folder for the inputs at which something was found.", HelpName = "FOLDER" };
var command = new RootCommand("Damages files and reads them.") { inputs, seed, readers, keep };
command.SetAction(parsed =>
{
    bool allGood = true;
    foreach (string name in parsed.GetValue(readers)!)
        allGood &= new Campaign(Targets.Find(name), parsed.GetValue(seed), parsed.GetValue(keep)).Run(parsed.GetValue(inputs));
    return allGood ? 0 : 1;
});

// What a campaign starts.
var reader = new Argument<string>("reader");
var numbers = new Argument<int[]>("seed, first, count") { Arity = new ArgumentArity(3, 3) };
var folder = new Argument<string>("folder");
var work = new Command("work", "Reads inputs in a folder.") { reader, numbers, folder };
work.Hidden = true;
work.SetAction(parsed =>
{
    int[] three = parsed.GetValue(numbers)!;
    new Worker(Targets.Find(parsed.GetValue(reader)!), three[0], parsed.GetValue(folder)!).Run(three[1], three[2]);
    return 0;
});
command.Subcommands.Add(work);

// What AFL++ starts; see the script afl.
var attacked = new Argument<string>("reader");
var seedFolder = new Option<string?>("--seeds") { Description = "Copies the sound files there instead." };
var afl = new Command("afl", "Reads what AFL++ sends.") { attacked, seedFolder };
afl.Hidden = true;
afl.SetAction(parsed =>
{
    FuzzTarget target = Targets.Find(parsed.GetValue(attacked)!);
    if (parsed.GetValue(seedFolder) is { } destination)
        AflTarget.CopySeeds(target, destination);
    else
        AflTarget.Run(target);
});
command.Subcommands.Add(afl);

// Faults while writing: a full disk, a kill, a folder that cannot be written, two processes on one file.
//     dotnet run -c Release --project tests/CifarVision.Fuzz -- faults full --places 40
var kind = new Argument<string>("kind") { Description = "full: writes fail as on a full disk; killed: the process ends there; refused: the folder cannot be written; together: two processes write one file." };
kind.AcceptOnlyFromAmong("full", "killed", "refused", "together");
var places = new Option<int>("--places") { Description = "At how many bytes of each file.", DefaultValueFactory = _ => 20 };
var writers = new Option<string[]>("--writer") { Description = "The writers. Default: all.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. FileWriters.All.Select(writer => writer.Name)] };
var faults = new Command("faults", "Lets writers fail. A full disk and a kill need Linux or macOS.") { kind, places, writers };
faults.SetAction(parsed =>
{
    bool allGood = true;
    foreach (FileWriter writer in parsed.GetValue(writers)!.Select(FileWriters.Find))
    {
        allGood &= parsed.GetValue(kind) switch
        {
            "full" => Faults.FillDisk(writer, parsed.GetValue(places)),
            "killed" => Faults.Kill(writer, parsed.GetValue(places)),
            "refused" => Faults.Refuse(writer),
            _ => Faults.WriteTogether(writer, path => Model.Load(path).Dispose()),
        };
    }

    return allGood ? 0 : 1;
});
command.Subcommands.Add(faults);

// What the faults start.
var written = new Argument<string>("writer");
var path = new Argument<string>("path");
var limit = new Argument<long>("limit");
var write = new Command("write", "Writes a file, and is killed at a byte of it.") { written, path, limit };
write.Hidden = true;
write.SetAction(parsed => Faults.WriteWatched(FileWriters.Find(parsed.GetValue(written)!), parsed.GetValue(path)!, parsed.GetValue(limit)));
command.Subcommands.Add(write);

// How the seeds in the repository were made.
var seedsFolder = new Argument<string>("folder");
var seeds = new Command("seeds", "Writes the sound files into a folder.") { seedsFolder };
seeds.Hidden = true;
seeds.SetAction(parsed => Samples.Write(parsed.GetValue(seedsFolder)!));
command.Subcommands.Add(seeds);
return command.Parse(args).Invoke();
