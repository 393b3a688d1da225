namespace CifarVision.Formats;

/// <summary>
/// Converts the paths of weights that older versions of Keras 3 wrote: with backslashes on Windows, and up to Keras 3.0 with another name for the layers of a
/// model.
/// </summary>
internal static class LegacyGroups
{
    /// <summary>Returns the arrays by their current paths.</summary>
    public static IReadOnlyDictionary<string, StoredArray> ToCurrent(IReadOnlyDictionary<string, StoredArray> arrays) => arrays.ToDictionary(
        array => array.Key.Replace('\\', '/').Replace("_layer_checkpoint_dependencies/", "layers/", StringComparison.Ordinal),
        array => array.Value);
}
