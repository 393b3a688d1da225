namespace CifarVision.Datasets;

/// <summary>The pictures of a folder with one subfolder per class, as <see cref="ImageDataset.FromFolder"/> loads them.</summary>
public sealed class ImageFolder
{
    internal ImageFolder(ImageDataset train, ImageDataset? validation, IReadOnlyList<string> classNames)
    {
        Train = train;
        Validation = validation;
        ClassNames = classNames;
    }

    /// <summary>The training pictures, in random order, (N, H, W, 3).</summary>
    public ImageDataset Train { get; }

    /// <summary>The validation pictures, (N, H, W, 3); null if the validation split was 0.</summary>
    public ImageDataset? Validation { get; }

    /// <summary>The names of the classes 0, 1, ...: the folder names, sorted.</summary>
    public IReadOnlyList<string> ClassNames { get; }
}
