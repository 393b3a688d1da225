using System.Globalization;
using CifarVision.Evaluation;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Pictures of a calibration curve.</summary>
public static class CalibrationPlot
{
    /// <summary>
    /// Saves a panel with the fraction of correct predictions over the probability, beside a dashed line for perfect calibration, and a panel with the number of
    /// samples in each bin.
    /// </summary>
    /// <param name="calibration">The curve.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 1000. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 500.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this CalibrationCurve calibration, string path, int width = PlotFigure.DefaultWidth, int height = PlotFigure.DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        string probability = calibration.IsBinary ? "Probability of class 1" : "Probability of the predicted class";
        string fraction = calibration.IsBinary ? "Fraction of class 1" : "Fraction of correct predictions";
        CalibrationBin[] filled = [.. calibration.Bins.Where(bin => bin.Count > 0)];
        var curve = new LineSeries("", [.. filled.Select(bin => bin.MeanProbability)], [.. filled.Select(bin => bin.Fraction)]);
        string title = string.Create(CultureInfo.InvariantCulture, $"Calibration: expected error {calibration.ExpectedError:F3}");
        var samples = new LineSeries(
            "",
            [0, .. calibration.Bins.SelectMany(bin => new[] { bin.Lower, bin.Upper }), 1],
            [0, .. calibration.Bins.SelectMany(bin => new[] { (double)bin.Count, bin.Count }), 0])
        { IsNamed = false };
        PlotFigure.SaveColumns(path, width, height,
        [
            new LinePanel(title, probability, fraction, [Reference.Diagonal, curve]) { HasLegend = false, HasWholeNumbers = false, IsUnitSquare = true },
            new LinePanel("Samples", probability, "Samples in the bin", [samples]) { HasLegend = false, HasWholeNumbers = false },
        ]);
    }
}
