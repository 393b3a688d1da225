namespace CifarVision.Datasets;

/// <summary>Locates the data: at the given path, else in the folder of the environment variable, else in the user's cache, to which it is otherwise downloaded.</summary>
/// <param name="environmentFolder">The value of <see cref="Variable"/>, or null.</param>
/// <param name="cacheFolder">The cache, which is created when it is needed.</param>
/// <param name="download">Downloads the archive.</param>
internal sealed class Cifar10Source(string? environmentFolder, string cacheFolder, ArchiveDownload download)
{
    public const string Variable = "CIFARVISION_DATA";

    // The archive has 170 MB.
    private const long MostBytes = 1 << 28;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Creates the source for this user and process.</summary>
    public static Cifar10Source Default => new(
        Environment.GetEnvironmentVariable(Variable),
        DefaultCacheFolder,
        new ArchiveDownload(new Uri(Cifar10Layout.Address), Cifar10Layout.Md5, Patience, MostBytes, Pause));

    /// <summary>The download folder of this user.</summary>
    public static string DefaultCacheFolder
    {
        get
        {
            // Empty for a user without a home folder.
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "CifarVision", "datasets");
        }
    }

    /// <summary>Returns the folder of the batch files, or the archive.</summary>
    public string Locate(string? path, IProgress<DownloadProgress>? progress)
    {
        if (path is not null)
            return Find(path) ?? throw NothingAt(path);
        return (string.IsNullOrEmpty(environmentFolder) ? null : Find(environmentFolder)) ?? Find(cacheFolder) ?? Fetch(progress);
    }

    private static string? Find(string path)
    {
        if (File.Exists(path))
            return path;
        foreach (string folder in (ReadOnlySpan<string>)[path, Path.Combine(path, Cifar10Layout.FolderName)])
        {
            if (Cifar10Layout.Names.Any(name => File.Exists(Path.Combine(folder, name))))
                return folder;
        }

        string archive = Path.Combine(path, Cifar10Layout.ArchiveName);
        return File.Exists(archive) ? archive : null;
    }

    private static IOException NothingAt(string path)
    {
        string rule = $"Cifar10Dataset: path must be a folder with {Cifar10Layout.FolderName} or {Cifar10Layout.ArchiveName} in it, or that archive";
        const string advice = "Leave path out to have the data downloaded.";
        if (Directory.Exists(path))
            return new FileNotFoundException($"{rule}, but neither is in {path}. {advice}", path);
        string message = $"{rule}, but {path} does not exist. {advice}";
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new FileNotFoundException(message, path) : new DirectoryNotFoundException(message);
    }

    private string Fetch(IProgress<DownloadProgress>? progress)
    {
        string archive = Path.Combine(cacheFolder, Cifar10Layout.ArchiveName);
        progress ??= new ConsoleDownloadProgress(Console.Error, $"Downloading CIFAR-10 from {download.Address} to {archive}", redraw: !Console.IsErrorRedirected);
        try
        {
            Directory.CreateDirectory(cacheFolder);
            download.Fetch(archive, progress);
            return archive;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            throw new HttpRequestException(NothingFound(error), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(NothingFound(error), error);
        }
    }

    private string NothingFound(Exception error) =>
        $"Cifar10Dataset: CIFAR-10 must be on this machine or downloadable, but was neither. Tried the folder in {Variable} ({environmentFolder ?? "not set"}), " +
        $"the cache {cacheFolder} and the address {download.Address} ({error.Message}). " +
        $"Fetch {Cifar10Layout.ArchiveName} by other means and put it into the cache, or name its folder in {Variable} or as the path.";
}
