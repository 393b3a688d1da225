namespace CifarVision.Formats.Hdf5;

/// <summary>An object of an HDF5 file, found by a link.</summary>
/// <param name="Path">As <c>layers/conv2d</c>; empty for the root.</param>
/// <param name="Address">The address of its header.</param>
internal sealed record Hdf5Place(string Path, ulong Address);
