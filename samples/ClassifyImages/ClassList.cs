namespace ClassifyImages;

/// <summary>The names of a model's classes, which its file does not hold.</summary>
internal static class ClassList
{
    /// <summary>Where the sample TrainOnFolder leaves them.</summary>
    public static string Beside(string model) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, "classes.txt");

    /// <summary>The names from a file, from the one beside the model, or the classes' numbers.</summary>
    /// <exception cref="InvalidDataException">The file has not as many names as the model has classes.</exception>
    public static string[] Read(string? file, string model, int count)
    {
        file ??= File.Exists(Beside(model)) ? Beside(model) : null;
        if (file is null)
            return [.. Enumerable.Range(0, count).Select(number => $"class {number}")];
        string[] names = File.ReadAllLines(file);
        return names.Length == count
            ? names
            : throw new InvalidDataException($"{file} must have a line for each of the model's {count} classes, but has {names.Length}.");
    }
}
