namespace ClassifyImages;

/// <summary>The class names of a model, which are not in its file.</summary>
internal static class ClassList
{
    /// <summary>The file in which the sample TrainOnFolder saves the class names.</summary>
    public static string Beside(string model) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, "classes.txt");

    /// <summary>Reads the names from the given file or from the file next to the model; otherwise returns the numbers of the classes.</summary>
    /// <exception cref="InvalidDataException">The number of names is not the number of the model's classes.</exception>
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
