using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

public class SyntheticFormsTests
{
    // Size 10; share 0 makes a ring's line 2.8 wide, a cross's arm 4.8, a stripe 3.8 and a dot's radius 2.5.
    [Theory]
    [InlineData(SyntheticForm.Disc, 3, 4, -5)]
    [InlineData(SyntheticForm.Disc, 0, 12, 2)]
    [InlineData(SyntheticForm.Ring, 0, 0, 8.6)]
    [InlineData(SyntheticForm.Ring, 6, 8, -1.4)]
    [InlineData(SyntheticForm.Square, 0, 8.5, 0)]
    [InlineData(SyntheticForm.Square, 8, 8, -0.5)]
    [InlineData(SyntheticForm.Triangle, 0, 5.5, 0)]
    [InlineData(SyntheticForm.Triangle, 0, -11, 0)]
    [InlineData(SyntheticForm.Cross, 9, 0, -1)]
    [InlineData(SyntheticForm.Cross, 0, -9, -1)]
    [InlineData(SyntheticForm.Cross, 9, 9, 6.6)]
    [InlineData(SyntheticForm.HorizontalStripes, 3, 20, -1.9)]
    [InlineData(SyntheticForm.HorizontalStripes, 3, 25, 3.1)]
    [InlineData(SyntheticForm.VerticalStripes, 20, 3, -1.9)]
    [InlineData(SyntheticForm.VerticalStripes, 25, 3, 3.1)]
    [InlineData(SyntheticForm.DiagonalStripes, 6, -6, -1.9)]
    [InlineData(SyntheticForm.Checkerboard, 0, 0, -2.5)]
    [InlineData(SyntheticForm.Checkerboard, 5, 0, 2.5)]
    [InlineData(SyntheticForm.Checkerboard, 5, 5, -2.5)]
    [InlineData(SyntheticForm.Dots, 10, -20, -2.5)]
    [InlineData(SyntheticForm.Dots, 5, 0, 2.5)]
    internal void Distance_Point_IsAsOnPaper(SyntheticForm form, float x, float y, float expected) =>
        Assert.Equal(expected, SyntheticForms.Distance(form, x, y, size: 10, share: 0), 0.01);
}
