using System.Text.RegularExpressions;

namespace CifarVision.Runtime;

/// <summary>Keras' rule for default names: <c>MaxPooling2D</c> is <c>max_pooling2d</c>, <c>ReLU</c> is <c>re_lu</c>.</summary>
internal static partial class KerasNames
{
    public static string ToSnakeCase(string className) =>
        LowerThenUpper().Replace(WordStart().Replace(className, "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex WordStart();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerThenUpper();
}
