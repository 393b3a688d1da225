namespace CifarVision.Callbacks;

/// <summary>The keys that the logs of a run will have, so that a misspelled one is an error before the first step.</summary>
internal static class LogKeys
{
    /// <summary>Returns the keys, sorted, or null if they are not known because a callback of the user's may add some.</summary>
    /// <param name="context">The run.</param>
    /// <param name="ofBatches">Whether the logs of a batch are meant, which have no validation; otherwise those of an epoch.</param>
    public static IReadOnlyList<string>? Of(TrainingContext context, bool ofBatches = false)
    {
        if (context.Callbacks.Any(callback => callback is LambdaCallback || callback.GetType().Assembly != typeof(LogKeys).Assembly))
            return null;
        string[] own = [.. context.LossKeys.Concat(context.MetricsByKey.Keys).Order(StringComparer.Ordinal)];
        if (ofBatches)
            return own;
        bool hasValidation = context.Parameters.ValidationSteps > 0;
        bool hasRate = context.Callbacks.Any(callback => callback is LearningRateScheduler or ReduceLROnPlateau);
        return [.. own, .. hasValidation ? own.Select(key => $"val_{key}") : [], .. hasRate ? ["learning_rate"] : (string[])[]];
    }

    /// <summary>Returns a sentence that names the key that was probably meant, or nothing.</summary>
    public static string DidYouMean(string key, IEnumerable<string> keys)
    {
        // An abbreviation such as val_acc is further from its word, letter by letter, than from some other.
        string? meant = keys.FirstOrDefault(other => other.StartsWith(key, StringComparison.OrdinalIgnoreCase))
            ?? keys.Where(other => Distance(key, other) <= other.Length / 3).MinBy(other => Distance(key, other));
        return meant is null ? "" : $" Did you mean '{meant}'?";
    }

    // Levenshtein's: how many letters must be changed, added or left out.
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 0; i < from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < to.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(from[i]) == char.ToLowerInvariant(to[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(change, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
