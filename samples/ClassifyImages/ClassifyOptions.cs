namespace ClassifyImages;

/// <summary>What the command line asked for; without model and pictures, both are to be made.</summary>
internal sealed record ClassifyOptions(
    string[] Pictures,
    string? Model,
    string? Classes,
    int Top,
    bool Raw,
    string Output);
