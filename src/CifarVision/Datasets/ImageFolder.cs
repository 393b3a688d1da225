namespace CifarVision.Datasets;

/// <summary>The pictures of a folder, as <see cref="ImageDataset.FromFolder"/> loads them.</summary>
public sealed class ImageFolder
{
    internal ImageFolder(ImageDataset train, ImageDataset? validation, IReadOnlyList<string> classNames, IReadOnlyList<string> skipped)
    {
        Train = train;
        Validation = validation;
        ClassNames = classNames;
        Skipped = skipped;
    }

    /// <summary>The training pictures, (N, H, W, C), in random order unless <c>shuffle</c> was false.</summary>
    public ImageDataset Train { get; }

    /// <summary>The validation pictures, (N, H, W, C); null if the validation split was 0.</summary>
    public ImageDataset? Validation { get; }

    /// <summary>The names of the classes 0, 1, ...: the folder names, sorted. Empty for a folder without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The files of damaged pictures that were skipped, sorted. Empty unless <c>skipDamaged</c> was true.</summary>
    public IReadOnlyList<string> Skipped { get; }
}
