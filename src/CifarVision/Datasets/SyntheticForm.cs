namespace CifarVision.Datasets;

/// <summary>What a synthetic image shows; the numbers are the labels.</summary>
internal enum SyntheticForm
{
    Disc,
    Ring,
    Square,
    Triangle,
    Cross,
    HorizontalStripes,
    VerticalStripes,
    DiagonalStripes,
    Checkerboard,
    Dots,
}
