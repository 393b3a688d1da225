namespace CifarVision.Datasets;

/// <summary>The geometry of the synthetic forms, as signed distances in pixels: negative inside, 0 on the edge, positive outside.</summary>
/// <remarks>After Quilez, "2D distance functions", https://iquilezles.org/articles/distfunctions2d.</remarks>
internal static class SyntheticForms
{
    /// <summary>Returns the name of a class, such as <c>horizontal stripes</c>.</summary>
    public static string Name(SyntheticForm form) => form switch
    {
        SyntheticForm.Disc => "disc",
        SyntheticForm.Ring => "ring",
        SyntheticForm.Square => "square",
        SyntheticForm.Triangle => "triangle",
        SyntheticForm.Cross => "cross",
        SyntheticForm.HorizontalStripes => "horizontal stripes",
        SyntheticForm.VerticalStripes => "vertical stripes",
        SyntheticForm.DiagonalStripes => "diagonal stripes",
        SyntheticForm.Checkerboard => "checkerboard",
        _ => "dots",
    };

    /// <summary>Returns the signed distance of a point from the edge of the form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="x">From the center to the right, in pixels.</param>
    /// <param name="y">From the center down, in pixels.</param>
    /// <param name="size">The radius of a shape or the period of a pattern, in pixels.</param>
    /// <param name="share">The form's slenderness, 0 to 1: of a ring's or cross's arm, a stripe or a dot.</param>
    public static float Distance(SyntheticForm form, float x, float y, float size, float share) => form switch
    {
        SyntheticForm.Disc => Length(x, y) - size,
        SyntheticForm.Ring => MathF.Abs(Length(x, y) - size) - (size * (0.14f + (0.1f * share))),
        SyntheticForm.Square => MathF.Max(MathF.Abs(x), MathF.Abs(y)) - (0.85f * size),
        SyntheticForm.Triangle => MathF.Max((0.866f * MathF.Abs(x)) - (0.5f * y), y) - (0.55f * size),
        SyntheticForm.Cross => Cross(MathF.Abs(x), MathF.Abs(y), size, size * (0.24f + (0.12f * share))),
        SyntheticForm.HorizontalStripes => Stripe(y, size, share),
        SyntheticForm.VerticalStripes => Stripe(x, size, share),
        SyntheticForm.DiagonalStripes => Stripe(0.7071f * (x + y), size, share),
        SyntheticForm.Checkerboard => Checkerboard(Stripe(x, size, 0.5f), Stripe(y, size, 0.5f)),
        _ => Length(Fold(x, size), Fold(y, size)) - (size * (0.25f + (0.08f * share))),
    };

    private static float Length(float x, float y) => MathF.Sqrt((x * x) + (y * y));

    private static float Cross(float x, float y, float arm, float half) =>
        MathF.Min(MathF.Max(x - arm, y - half), MathF.Max(x - half, y - arm));

    // From the middle of the nearest period, -period / 2 to period / 2.
    private static float Fold(float x, float period) => x - (period * MathF.Round(x / period));

    private static float Stripe(float x, float period, float share) => MathF.Abs(Fold(x, period)) - (period * (0.19f + (0.12f * share)));

    private static float Checkerboard(float a, float b) => MathF.CopySign(MathF.Min(MathF.Abs(a), MathF.Abs(b)), -a * b);
}
