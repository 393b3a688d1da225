using System.Globalization;

namespace CifarVision.Evaluation;

/// <summary>The names of classes in a report or a picture: the given ones, or else their indices.</summary>
internal static class NamedClasses
{
    /// <summary>Returns one name per class.</summary>
    /// <exception cref="ArgumentException">The number of names differs from the number of classes.</exception>
    public static IReadOnlyList<string> ForAll(IReadOnlyList<string>? classNames, int count, string owner)
    {
        if (classNames is not null && classNames.Count != count)
            throw new ArgumentException(FormattableString.Invariant($"{owner}: classNames must be {count}, one for each class, but was {classNames.Count}."), nameof(classNames));
        return classNames ?? [.. Enumerable.Range(0, count).Select(Number)];
    }

    /// <summary>Returns the name of one class.</summary>
    /// <exception cref="ArgumentException">There is no name for this class.</exception>
    public static string Of(IReadOnlyList<string>? classNames, int index, string owner)
    {
        if (classNames is null)
            return Number(index);
        return index >= 0 && index < classNames.Count
            ? classNames[index]
            : throw new ArgumentException(FormattableString.Invariant($"{owner}: classNames must have a name for class {index}, but were {classNames.Count}, from 0."), nameof(classNames));
    }

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);
}
