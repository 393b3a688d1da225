using CifarVision.Datasets;

namespace LeNetVsAlexNet;

/// <summary>The images for both networks.</summary>
internal sealed record Images(ImageDataset Train, ImageDataset Validation, ImageDataset Test, IReadOnlyList<string> ClassNames)
{
    private const int Drawn = 1500;

    /// <summary>Loads CIFAR-10 if a path is given, otherwise draws images. The last tenth of the training images is used for validation.</summary>
    public static Images Load(ComparisonOptions options)
    {
        if (options.Data is null)
        {
            int count = options.Limit ?? Drawn;
            SyntheticImages drawn = SyntheticImages.Create(count, Math.Max(10, count / 5));
            return Split(drawn.Train, drawn.Test, drawn.ClassNames);
        }

        Cifar10Dataset cifar = Cifar10Dataset.Load(options.Data);
        ImageDataset train = cifar.Train.Take(Math.Min(options.Limit ?? cifar.Train.Count, cifar.Train.Count));
        return Split(train, cifar.Test.Take(Math.Min(Math.Max(10, train.Count / 5), cifar.Test.Count)), cifar.ClassNames);
    }

    private static Images Split(ImageDataset train, ImageDataset test, IReadOnlyList<string> classNames)
    {
        (ImageDataset first, ImageDataset last) = train.Split(0.1);
        return new Images(first, last, test, classNames);
    }
}
