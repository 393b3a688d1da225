namespace CifarVision.Models;

/// <summary>The side of a column at which its text stands.</summary>
internal enum CellAlignment
{
    Left,
    Center,
    Right,
}
