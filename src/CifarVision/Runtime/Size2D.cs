namespace CifarVision.Runtime;

/// <summary>A height and a width: a kernel, a pool, strides. Converts from one number (a square) or a pair.</summary>
/// <param name="Height">Rows, in pixels.</param>
/// <param name="Width">Columns, in pixels.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>A square: <c>3</c> is <c>(3, 3)</c>.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>A pair in Keras' order: <c>(height, width)</c>.</summary>
    /// <param name="size">Height, then width, in pixels.</param>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>Returns the size as Keras prints it: <c>(3, 3)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"({Height}, {Width})");
}
