using CifarVision.Models;

namespace CifarVision.Fuzz;

/// <summary>A writer of the library.</summary>
/// <param name="Name">As it is called on the command line.</param>
/// <param name="Target">The name of the file or folder that it writes.</param>
/// <param name="Write">Writes what a model holds to a path.</param>
/// <param name="Grows">Whether it adds to what is there: lines, backups.</param>
internal sealed record FileWriter(string Name, string Target, Action<Sequential, string> Write, bool Grows = false);
