using System.Text.RegularExpressions;

namespace CifarVision.Serialization;

/// <summary>Converts class names to Keras' default names: <c>MaxPooling2D</c> is <c>max_pooling2d</c>, <c>ReLU</c> is <c>re_lu</c>.</summary>
internal static partial class KerasNames
{
    public static string ToSnakeCase(string className) =>
        LowerThenUpper().Replace(WordStart().Replace(className, "$1_$2"), "$1_$2").ToLowerInvariant();

    /// <summary>Adds a name to those taken, and numbers it if it is one of them, such as <c>dense/kernel_1</c>: two nested models may have weights of the same path.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int number = 1; !taken.Add(unique); number++)
            unique = FormattableString.Invariant($"{name}_{number}");
        return unique;
    }

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex WordStart();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerThenUpper();
}
