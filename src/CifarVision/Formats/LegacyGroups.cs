namespace CifarVision.Formats;

/// <summary>
/// Translates the paths of weights in Keras 3's layout as older versions wrote them: on Windows with backslashes, and up to Keras 3.0 with
/// another name for the layers of a model.
/// </summary>
internal static class LegacyGroups
{
    /// <summary>The arrays under the paths of today.</summary>
    public static IReadOnlyDictionary<string, StoredArray> ToCurrent(IReadOnlyDictionary<string, StoredArray> arrays) => arrays.ToDictionary(
        array => array.Key.Replace('\\', '/').Replace("_layer_checkpoint_dependencies/", "layers/", StringComparison.Ordinal),
        array => array.Value);
}
