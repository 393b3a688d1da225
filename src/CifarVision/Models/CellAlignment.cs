namespace CifarVision.Models;

/// <summary>The alignment of text in a column.</summary>
internal enum CellAlignment
{
    Left,
    Center,
    Right,
}
