namespace CifarVision.Datasets;

/// <summary>Where a picture comes from, in the words of error messages.</summary>
/// <param name="Argument">The argument that gave it.</param>
/// <param name="Name">The file's path, or a name of the caller.</param>
internal readonly record struct PictureOrigin(string Argument, string Name)
{
    /// <summary>The error for a picture that breaks a rule.</summary>
    public InvalidDataException Refuse(string fault, string rule = "a PNG, JPEG, WebP, BMP or GIF file") =>
        new($"ImageFile: {Argument} must be {rule}, but {Name} {fault}.");
}
