namespace TrainOnFolder;

/// <summary>The options of the command line.</summary>
internal sealed record FolderOptions(
    string? Folder,
    int Size,
    string Model,
    int Epochs,
    int BatchSize,
    double ValidationSplit,
    long Seed,
    string Output);
