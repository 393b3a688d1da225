using System.Globalization;
using AlexNetCifar10;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Mpi;
using CifarVision.Plotting;
using CifarVision.Reports;
using CifarVision.Runtime;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Train);

static int Train(TrainingOptions options)
{
    if (options.Seed is { } seed)
        TorchRuntime.SetSeed(seed);
    MpiWorld? started;
    try
    {
        started = options.Distribute == "mpi" ? MpiWorld.Start() : null;
    }
    catch (Exception error) when (error is DllNotFoundException or InvalidOperationException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }

    using MpiWorld? world = started;
    bool isMain = world is null or { Rank: 0 };
    Cifar10Dataset data;
    try
    {
        if (options.Device != "auto")
            TorchRuntime.DefaultDevice = torch.device(options.Device);
        if (world is not null && TorchRuntime.DefaultDevice.type == DeviceType.CUDA)
            TorchRuntime.DefaultDevice = torch.device(DeviceType.CUDA, world.LocalRank);

        // The first process of each machine may have to download; the others wait for it.
        if (world is { LocalRank: > 0 })
            world.Barrier();
        data = Cifar10Dataset.Load(options.Data);
        if (world is { LocalRank: 0 })
            world.Barrier();
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or HttpRequestException or InvalidDataException or InvalidOperationException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }

    ImageDataset train = options.Limit is { } limit ? data.Train.Take(Math.Min(limit, data.Train.Count)) : data.Train;
    ImageDataset test = data.Test.Take(Math.Max(1, (int)((long)data.Test.Count * train.Count / data.Train.Count)));

    ImageDataset? validation = null;
    if (options.ValidationSplit > 0)
        (train, validation) = train.Split(options.ValidationSplit);

    TrainingRecipe recipe = options.Recipe == "fast"
        ? TrainingRecipe.Fast(options.Epochs ?? 8, options.BatchSize, options.LearningRate ?? 0.05)
        : TrainingRecipe.Plain(options.Epochs ?? 100, options.BatchSize, options.LearningRate ?? 0.01);
    Sequential network = options.Model == "lenet"
        ? LeNetBuilder.Create(train.ImageShape, data.ClassNames.Count)
        : AlexNetBuilder.Create(train.ImageShape, data.ClassNames.Count);
    Sequential model = recipe.Augment(network);
    model.Compile(
        recipe.CreateOptimizer(train.Count),
        recipe.CreateLoss(),
        [new Accuracy()],
        options.Precision ?? (options.Recipe == "fast" ? DTypePolicy.Auto : DTypePolicy.Float32),
        distribution: world is null ? null : new DataParallel(world));

    if (isMain)
    {
        Directory.CreateDirectory(options.Output);
        using (var summary = new StreamWriter(Path.Combine(options.Output, "summary.txt")))
            model.Summary(summary);
        if (options.Verbose > 0)
            model.Summary();
    }

    #region cancel
    // The first Ctrl-C stops training after the current batch, so that all results are written; the second ends the process.
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, key) =>
    {
        key.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    };
    #endregion

    // The backup is deleted only when all results are written, so that a kill loses no more than the steps since the last backup.
    BackupAndRestore? backup = options.Resume is null ? null : new BackupAndRestore(options.Resume, SaveFrequency.Batches(200), deleteCheckpoint: false);
    TrainingHistory history;
    try
    {
        history = model.Fit(
            train,
            batchSize: recipe.BatchSize,
            epochs: recipe.Epochs,
            verbose: options.Verbose,
            callbacks: backup is null ? [] : [backup],
            validationData: validation,
            cancellationToken: cancellation.Token);
    }
    catch (InvalidDataException error)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }

    IReadOnlyDictionary<string, double> result = model.Evaluate(test, batchSize: recipe.BatchSize, verbose: 0);
    IReadOnlyDictionary<string, double> averaged = model.Evaluate(test, batchSize: recipe.BatchSize, verbose: 0, averageMirrored: true);
    if (isMain)
    {
        history.SaveCsv(Path.Combine(options.Output, "history.csv"));
        history.SaveJson(Path.Combine(options.Output, "history.json"));
        if (history.Epoch.Count > 0)
            history.SavePlot(Path.Combine(options.Output, "training.png"));
        model.SaveWeights(Path.Combine(options.Output, "weights.npz"));
    }

    // All processes predict the test images; one writes the page.
    string title = $"{(options.Model == "lenet" ? "LeNet" : "AlexNet")} on CIFAR-10";
    try
    {
        var report = new TrainingReport(model, history, test, data.ClassNames, train, title);
        if (isMain)
            report.Save(Path.Combine(options.Output, "report.html"));
    }
    catch (ArgumentException error)
    {
        // The outputs of a run that diverged are no probabilities.
        Console.Error.WriteLine(error.Message);
    }

    if (!isMain)
        return 0;
    Console.WriteLine($"report, summary, history, plot and weights are in {Path.GetFullPath(options.Output)}");
    Console.WriteLine($"averaged over mirror images: accuracy {averaged["accuracy"]:F4}, loss {averaged["loss"]:F4}");
    Console.WriteLine($"test accuracy: {result["accuracy"]:F4}  test loss: {result["loss"]:F4}");
    if (!cancellation.IsCancellationRequested)
        backup?.DeleteBackup();
    return 0;
}
