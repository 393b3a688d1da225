namespace CifarVision.Fuzz;

/// <summary>A reader under attack: sound files of its format, how they are taken apart and put together, and how they are read.</summary>
/// <param name="Name">As it is called on the command line.</param>
/// <param name="Ending">The ending of a file.</param>
/// <param name="Seeds">Sound files, by their names in Seeds.</param>
/// <param name="Packing">What is around the parts that are changed: checksums, compression.</param>
/// <param name="Read">Reads a file.</param>
public sealed record FuzzTarget(string Name, string Ending, IReadOnlyList<string> Seeds, Packing Packing, Action<string> Read)
{
    /// <summary>Makes an input.</summary>
    /// <param name="choice">Chooses the seed, the part, and whether the file is changed inside its packing or outside.</param>
    /// <param name="mutations">The changes.</param>
    public byte[] Make(uint choice, IReadOnlyList<Mutation> mutations)
    {
        byte[] seed = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Seeds", Seeds[(int)(choice % (uint)Seeds.Count)]));
        choice /= (uint)Seeds.Count;
        // One in four is damaged as a whole; the others come as far as their parts.
        if (choice % 4 == 0)
            return mutations.Aggregate(seed, (file, mutation) => mutation.Apply(file));
        List<Part> parts = [.. Packing.Unpack(seed)];
        int chosen = (int)(choice / 4 % (uint)parts.Count);
        Part part = parts[chosen];
        parts[chosen] = part with { Bytes = mutations.Aggregate(part.Bytes, (bytes, mutation) => part.IsJson ? mutation.ApplyToJson(bytes) : mutation.Apply(bytes)) };
        return Packing.Pack(parts);
    }

    /// <summary>Reads a file.</summary>
    /// <returns>The exception, if it is none that a damaged file may lead to.</returns>
    public Exception? Try(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException && error.Message.Length > 0)
        {
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
