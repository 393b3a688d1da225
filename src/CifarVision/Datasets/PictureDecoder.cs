using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Decodes many pictures on all processors and finds the damaged ones.</summary>
/// <param name="files">The files.</param>
/// <param name="size">Height and width that every picture is resized to.</param>
/// <param name="colorMode">The channels.</param>
internal sealed unsafe class PictureDecoder(IReadOnlyList<string> files, Size2D size, ColorMode colorMode)
{
    private readonly int _imageBytes = ImageFile.BytesOf(size, colorMode);

    /// <summary>Decodes all pictures into one array, (N, H, W, C).</summary>
    /// <returns>The images, and the error of each file, or null; the image of a damaged file is not set.</returns>
    public (NDArray Images, Exception?[] Faults) Decode()
    {
        NDArray images = ImageMemory.Empty(files.Count, size.Height, size.Width, ImageFile.ChannelsOf(colorMode));
        byte* first = ArrayConversion.Address(images);
        Exception?[] faults = ForEach((i, _) => new Span<byte>(first + ((long)i * _imageBytes), _imageBytes));
        GC.KeepAlive(images);
        return (images, faults);
    }

    /// <summary>Decodes all pictures without keeping them.</summary>
    /// <returns>The error of each file, or null.</returns>
    public Exception?[] Check() => ForEach((_, buffer) => buffer);

    /// <summary>Moves the images of undamaged files to the front of the array, and returns them as a view.</summary>
    public NDArray Keep(NDArray images, IReadOnlyList<int> rows)
    {
        byte* first = ArrayConversion.Address(images);
        foreach ((int place, int row) in rows.Index())
            new Span<byte>(first + ((long)row * _imageBytes), _imageBytes).CopyTo(new Span<byte>(first + ((long)place * _imageBytes), _imageBytes));
        return images[FormattableString.Invariant($"0:{rows.Count}")];
    }

    private Exception?[] ForEach(TargetOf targetOf)
    {
        var faults = new Exception?[files.Count];
        Parallel.For(
            0,
            files.Count,
            () => new byte[_imageBytes],
            (i, _, buffer) =>
            {
                try
                {
                    ImageFile.Read(files[i], size, targetOf(i, buffer));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    faults[i] = error;
                }

                return buffer;
            },
            _ => { });
        return faults;
    }

    private delegate Span<byte> TargetOf(int picture, byte[] buffer);
}
