using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>The positions of stored rows and columns in the displayed picture.</summary>
/// <param name="Size">Height and width as stored.</param>
/// <param name="First">The position of the first stored pixel, in pixels of the turned picture.</param>
/// <param name="Down">The step in the position for each stored row.</param>
/// <param name="Across">The step in the position for each stored column.</param>
internal readonly record struct PixelOrder(Size2D Size, int First, int Down, int Across)
{
    /// <summary>Returns the order for an EXIF orientation.</summary>
    /// <param name="orientation">
    /// 1 to 8, by what the first stored row and column are when looked at: 1 top and left, 2 top and right, 3 bottom and right, 4 bottom and
    /// left, 5 left and top, 6 right and top, 7 right and bottom, 8 left and bottom.
    /// </param>
    /// <param name="size">Height and width as displayed.</param>
    public static PixelOrder Of(int orientation, Size2D size)
    {
        bool isTurned = orientation >= 5;
        bool isFromBottom = orientation is 3 or 4 or 7 or 8;
        bool isFromRight = orientation is 2 or 3 or 6 or 7;

        int first = (isFromBottom ? (size.Height - 1) * size.Width : 0) + (isFromRight ? size.Width - 1 : 0);
        int vertical = isFromBottom ? -size.Width : size.Width;
        int horizontal = isFromRight ? -1 : 1;
        return isTurned
            ? new PixelOrder(new Size2D(size.Width, size.Height), first, horizontal, vertical)
            : new PixelOrder(size, first, vertical, horizontal);
    }
}
