namespace CifarVision.Datasets;

/// <summary>The form in a synthetic image; the values are the labels.</summary>
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
