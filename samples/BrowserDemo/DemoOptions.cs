namespace BrowserDemo;

/// <summary>The options of the command line.</summary>
internal sealed record DemoOptions(
    string? Model,
    string? Classes,
    bool Raw,
    string Url,
    ServiceLimits Limits,
    long MaxPixels,
    string Output);
