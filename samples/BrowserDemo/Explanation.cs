namespace BrowserDemo;

/// <summary>Which parts of a picture speak for a class (Grad-CAM).</summary>
/// <param name="Class">The most probable class, which is explained.</param>
/// <param name="Height">The rows of the map.</param>
/// <param name="Width">The columns of the map.</param>
/// <param name="Map">A value from 0 to 1 for each pixel, row by row.</param>
internal sealed record Explanation(string Class, int Height, int Width, IReadOnlyList<float> Map);
