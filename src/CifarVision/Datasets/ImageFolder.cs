namespace CifarVision.Datasets;

/// <summary>The pictures of a folder that has one folder a class, as <see cref="ImageDataset.FromFolder"/> loads them.</summary>
public sealed class ImageFolder
{
    internal ImageFolder(ImageDataset train, ImageDataset? validation, IReadOnlyList<string> classNames)
    {
        Train = train;
        Validation = validation;
        ClassNames = classNames;
    }

    /// <summary>The pictures to train on, in random order, (N, H, W, 3): all, if none were set aside.</summary>
    public ImageDataset Train { get; }

    /// <summary>The pictures set aside to validate with, (N, H, W, 3); null if the validation split was 0.</summary>
    public ImageDataset? Validation { get; }

    /// <summary>The names of the classes 0, 1, ...: those of their folders, sorted.</summary>
    public IReadOnlyList<string> ClassNames { get; }
}
