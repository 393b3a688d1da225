namespace CifarVision.Layers;

/// <summary>What <see cref="ImageResizing"/> does along one axis: it takes a window of the rows or columns, and samples the window at the centers of those of the output.</summary>
/// <param name="Length">The rows or columns of the image.</param>
/// <param name="Start">The first one in the window; -n if the window begins with n rows or columns of padding.</param>
/// <param name="Window">The rows or columns of the window.</param>
/// <param name="Target">Those of the output.</param>
internal readonly record struct AxisResizing(long Length, long Start, long Window, long Target)
{
    /// <summary>Whether the output is the image.</summary>
    public bool IsIdentity => Length == Window && Window == Target;

    /// <summary>Whether the output is a part of the image, or the image.</summary>
    public bool IsCrop => Start >= 0 && Window == Target;

    /// <summary>The rows or columns of padding on each side.</summary>
    public long Padding => Math.Max(0, -Start);

    /// <summary>Takes the whole image.</summary>
    public static AxisResizing Whole(long length, long target) => new(length, 0, length, target);

    /// <summary>Takes the middle of the image, or the image in the middle of padding of the same length on both sides.</summary>
    public static AxisResizing Middle(long length, long window, long target)
    {
        long start = (length - window) / 2;
        return new AxisResizing(length, start, Math.Min(window, length - (2 * start)), target);
    }

    /// <summary>Returns the part of the image that is in the window.</summary>
    public Tensor Cut(Tensor images, int axis) => Start >= 0 && Window < Length ? images.narrow(axis, Start, Window) : images;
}
