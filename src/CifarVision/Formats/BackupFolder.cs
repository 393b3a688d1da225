using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CifarVision.Serialization;

namespace CifarVision.Formats;

/// <summary>
/// A folder with the last two backups of a run, numbered. Each is a .safetensors file whose first array is the JSON and whose last is the SHA-256 of everything
/// before it, by which incomplete and damaged files are detected.
/// </summary>
internal sealed class BackupFolder(string folder)
{
    private const int Generations = 2;
    private const string Prefix = "backup-";
    private const string Extension = FileExtension.Safetensors;
    private const string StateName = "state.json";
    private const string DigestName = "sha256";

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false };

    /// <summary>The folder; it need not exist.</summary>
    public string Path => folder;

    /// <summary>Writes a new backup. The previous one is kept, and older ones are deleted.</summary>
    public void Write<T>(T state, IReadOnlyList<(string Name, Tensor Values)> arrays)
    {
        using var scope = torch.NewDisposeScope();
        Tensor json = torch.tensor(JsonSerializer.SerializeToUtf8Bytes(state));
        Tensor digest = torch.zeros(SHA256.HashSizeInBytes, ScalarType.Byte);
        Directory.CreateDirectory(folder);
        (int Number, string File)[] old = Files();
        AtomicFile.Write(FileOf(old.Length > 0 ? old[^1].Number + 1 : 1), stream =>
        {
            SafetensorsFile.Write(stream, [(StateName, json), .. arrays, (DigestName, digest)]);
            byte[] hash = Hash(stream);
            stream.Position = stream.Length - hash.Length;
            stream.Write(hash);
        });
        foreach ((_, string file) in old.SkipLast(Generations - 1))
            File.Delete(file);
    }

    /// <summary>Reserves the folder for one run, until the result is disposed.</summary>
    /// <exception cref="IOException">Another run uses the folder.</exception>
    public IDisposable Reserve()
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new BackupReservation(folder);
        }
        catch (IOException error)
        {
            throw new IOException($"BackupAndRestore: backupDir must be the folder of one run, but another run is using '{folder}'. Give each run a folder of its own.", error);
        }
    }

    /// <summary>Finds the newest complete backup, and deletes unfinished files of a killed run.</summary>
    /// <returns>The file, or null if there are none.</returns>
    /// <exception cref="InvalidDataException">There are backups, but none is complete.</exception>
    public string? FindNewest()
    {
        foreach (string leftover in Directory.Exists(folder) ? Directory.GetFiles(folder, $".{Prefix}*.tmp") : [])
            File.Delete(leftover);
        (int Number, string File)[] files = Files();
        return files.LastOrDefault(file => IsWhole(file.File)).File ?? (files.Length == 0 ? null : throw new InvalidDataException(
            $"BackupAndRestore: backupDir must hold a whole backup, but all {files.Length} in '{folder}' are damaged ({string.Join(", ", files.Select(file => System.IO.Path.GetFileName(file.File)))}). Delete them to begin anew."));
    }

    /// <summary>Reads the JSON of a backup.</summary>
    /// <exception cref="InvalidDataException">It holds none, or of another form.</exception>
    public static T ReadState<T>(string file)
    {
        using FileStream stream = File.OpenRead(file);
        try
        {
            if (!SafetensorsFile.Read(stream, file).TryGetValue(StateName, out StoredArray? json) || json is not { Type: ScalarType.Byte, Shape.Length: 1 })
                throw new JsonException($"it has no {StateName}.");
            return JsonSerializer.Deserialize<T>(json.Read().ToArray<byte>(), Strict) ?? throw new JsonException($"{StateName} is null.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException($"BackupAndRestore: '{file}' must be a backup that this library wrote, but {error.Message} Delete it, or give another backupDir to begin anew.", error);
        }
    }

    /// <summary>Reads the arrays of a backup. They are available while the action runs.</summary>
    public static void ReadArrays(string file, Action<IReadOnlyDictionary<string, StoredArray>> read)
    {
        using FileStream stream = File.OpenRead(file);
        read(SafetensorsFile.Read(stream, file));
    }

    /// <summary>Deletes all backups, the oldest first, and the folder if it is then empty.</summary>
    public void Delete()
    {
        foreach ((_, string file) in Files())
            File.Delete(file);
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static bool IsWhole(string file)
    {
        using FileStream stream = File.OpenRead(file);
        if (stream.Length < SHA256.HashSizeInBytes)
            return false;
        byte[] hash = Hash(stream);
        byte[] stored = new byte[hash.Length];
        stream.Position = stream.Length - hash.Length;
        stream.ReadExactly(stored);
        return hash.AsSpan().SequenceEqual(stored);
    }

    // The hash of everything before the last array, which is the hash itself.
    private static byte[] Hash(Stream stream) => SHA256.HashData(new StreamPart(stream, 0, stream.Length - SHA256.HashSizeInBytes));

    private string FileOf(int number) => System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D6}{Extension}"));

    // By number, the oldest first.
    private (int Number, string File)[] Files() => !Directory.Exists(folder) ? [] :
    [
        .. Directory.GetFiles(folder, $"{Prefix}*{Extension}")
            .Select(file => (IsNumber: int.TryParse(System.IO.Path.GetFileName(file)[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int number), Number: number, File: file))
            .Where(file => file.IsNumber)
            .OrderBy(file => file.Number)
            .Select(file => (file.Number, file.File)),
    ];
}
