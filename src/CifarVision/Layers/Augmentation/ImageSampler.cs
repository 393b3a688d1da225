using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>Samples images at positions that may lie between pixels or outside.</summary>
internal static class ImageSampler
{
    /// <summary>Samples the input at the position of each output pixel. Gradients flow to the images.</summary>
    /// <param name="images">(N, H, W, C).</param>
    /// <param name="rows">The row positions, where 0 is the center of the first row: (N, H, W), or (N, H, 1).</param>
    /// <param name="columns">The column positions: (N, H, W), or (N, 1, W).</param>
    /// <param name="fillMode">How to fill positions outside.</param>
    /// <param name="fillValue">The fill value with <see cref="FillMode.Constant"/>.</param>
    /// <param name="interpolation">How to interpolate between pixels.</param>
    public static Tensor Sample(Tensor images, Tensor rows, Tensor columns, FillMode fillMode, double fillValue, Interpolation interpolation)
    {
        // One row per pixel, so that a gather copies whole pixels.
        Tensor pixels = images.reshape(-1, images.shape[3]);
        Tensor firstRows = TorchMath.Arange(images.shape[0], ScalarType.Int64, images.device).reshape(-1, 1, 1).Multiply(images.shape[1]);

        if (interpolation == Interpolation.Nearest)
            return Read(Line(rows.round(), 1), Line(columns.round(), 2));

        Tensor top = rows.floor();
        Tensor left = columns.floor();
        Tensor down = (rows - top).unsqueeze(-1).to(images.dtype);
        Tensor across = (columns - left).unsqueeze(-1).to(images.dtype);
        (Tensor, Tensor?) above = Line(top, 1);
        (Tensor, Tensor?) below = Line(top.Add(1), 1);
        (Tensor, Tensor?) before = Line(left, 2);
        (Tensor, Tensor?) after = Line(left.Add(1), 2);
        return Mix(Mix(Read(above, before), Read(above, after), across), Mix(Read(below, before), Read(below, after), across), down);

        // The position inside the image for a row or column, and whether it lies outside and takes the fill value.
        (Tensor Place, Tensor? Outside) Line(Tensor place, int axis)
        {
            long length = images.shape[axis];
            return (Inside(place, length, fillMode), fillMode == FillMode.Constant ? place.IsLessThan(0).logical_or(place.IsAtLeast(length)) : null);
        }

        Tensor Read((Tensor Place, Tensor? Outside) row, (Tensor Place, Tensor? Outside) column)
        {
            Tensor index = firstRows.Add(row.Place).Multiply(images.shape[2]).Add(column.Place);
            Tensor read = pixels.index_select(0, index.flatten()).reshape(images.shape);
            return row.Outside is null ? read : read.FillWhere(row.Outside.logical_or(column.Outside!).unsqueeze(-1), fillValue);
        }
    }

    // Takes half the time of torch's lerp with a weight of one channel.
    private static Tensor Mix(Tensor near, Tensor far, Tensor share) => near.Add((far - near) * share);

    /// <summary>Maps a whole position to a position inside the image.</summary>
    private static Tensor Inside(Tensor place, long length, FillMode fillMode)
    {
        Tensor whole = place.to(ScalarType.Int64);
        switch (fillMode)
        {
            case FillMode.Wrap:
                return whole.Remainder(length);
            case FillMode.Reflect:
                Tensor inPeriod = whole.Remainder(2 * length);
                return torch.minimum(inPeriod, inPeriod.SubtractFrom((2 * length) - 1));
            default:
                return whole.Clamp(0, length - 1);
        }
    }
}
