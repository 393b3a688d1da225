namespace BrowserDemo;

/// <summary>What the page must know of the model and the service.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="Layers">The types of its layers, in order.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="Classes">The names of the classes.</param>
/// <param name="Height">The height of the pictures that the network takes.</param>
/// <param name="Width">Their width.</param>
/// <param name="Scale">The factor for pixels from 0 to 255.</param>
/// <param name="Drawn">Whether the network knows drawn pictures only.</param>
/// <param name="Examples">The names of example pictures.</param>
/// <param name="ExportError">Why the browser cannot run the network, or null.</param>
/// <param name="CanExplain">Whether the server can say which parts of a picture speak for its class.</param>
/// <param name="UploadMegabytes">The largest upload.</param>
internal sealed record PageInfo(
    string Name,
    IReadOnlyList<string> Layers,
    long Parameters,
    IReadOnlyList<string> Classes,
    int Height,
    int Width,
    float Scale,
    bool Drawn,
    IReadOnlyList<string> Examples,
    string? ExportError,
    bool CanExplain,
    int UploadMegabytes)
{
    /// <summary>Describes a model and its page.</summary>
    public static PageInfo Of(DemoModel model, DemoPage page, ServiceLimits limits) => new(
        model.Model.Name,
        [.. model.Model.Layers.Select(layer => layer.GetType().Name)],
        model.Model.CountParams(),
        model.Classes,
        model.Size.Height,
        model.Size.Width,
        model.Scale,
        model.Examples is not null,
        page.Examples,
        page.ExportError,
        model.CanExplain,
        limits.UploadMegabytes);
}
