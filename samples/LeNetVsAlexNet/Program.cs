// Trains LeNet and AlexNet on the same images and draws their curves in one picture. Without arguments on drawn images, with --data PATH on CIFAR-10.
using System.Globalization;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Reports;
using CifarVision.Runtime;
using LeNetVsAlexNet;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Compare);

static int Compare(ComparisonOptions options)
{
    TorchRuntime.SetSeed(options.Seed);
    Images images;
    try
    {
        images = Images.Load(options);
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }

    Console.WriteLine($"{images.Train.Count:N0} images to train on, {images.Validation.Count:N0} to validate with, {images.Test.Count:N0} to test with");
    TensorShape shape = images.Train.ImageShape;
    int classes = images.ClassNames.Count;

    // Each with an optimizer with which it learns quickly.
    Contender[] contenders =
    [
        Contender.Train("LeNet", LeNetBuilder.Create(shape, classes), new Adam(learningRate: 0.001), images, options),
        Contender.Train("AlexNet", AlexNetBuilder.Create(shape, classes), new SGD(learningRate: 0.001, momentum: 0.9, nesterov: true), images, options),
    ];

    Directory.CreateDirectory(options.Output);
    Pictures.Save(contenders, images, options.Output);
    foreach (Contender one in contenders)
    {
        new TrainingReport(one.Model, one.History, images.Test, images.ClassNames, images.Train, one.Name)
            .Save(Path.Combine(options.Output, $"{one.Name}.html"));
    }

    Console.WriteLine($"the pictures and a report of each network are in {Path.GetFullPath(options.Output)}");
    Console.WriteLine();
    ResultTable.Write(Console.Out, contenders);
    return 0;
}
