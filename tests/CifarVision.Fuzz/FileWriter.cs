using CifarVision.Models;

namespace CifarVision.Fuzz;

/// <summary>A writer of the library.</summary>
/// <param name="Name">As it is called on the command line.</param>
/// <param name="Target">The name of the file or folder that it writes.</param>
/// <param name="Write">Writes what a model holds to a path.</param>
/// <param name="IsWhole">For a writer that adds to what is there, such as lines or backups: whether a file of the target may be as it is after a fault. Null for a writer that replaces.</param>
internal sealed record FileWriter(string Name, string Target, Action<Sequential, string> Write, FileCheck? IsWhole = null);
