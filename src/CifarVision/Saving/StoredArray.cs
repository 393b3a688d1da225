namespace CifarVision.Saving;

/// <summary>One array of a file: its shape, known at once, and its values, read when asked for.</summary>
/// <param name="Shape">The axes; empty for a number.</param>
/// <param name="Read">Reads the values.</param>
internal sealed record StoredArray(long[] Shape, Func<NDArray> Read);
