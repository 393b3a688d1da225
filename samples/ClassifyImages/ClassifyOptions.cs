namespace ClassifyImages;

/// <summary>The options of the command line. Without a model and pictures, the program creates both.</summary>
internal sealed record ClassifyOptions(
    string[] Pictures,
    string? Model,
    string? Classes,
    int Top,
    bool Raw,
    string Output);
