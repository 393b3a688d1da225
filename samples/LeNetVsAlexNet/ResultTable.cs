namespace LeNetVsAlexNet;

/// <summary>A table of the results of all networks.</summary>
internal static class ResultTable
{
    /// <summary>Prints one row per network.</summary>
    public static void Write(TextWriter output, IEnumerable<Contender> contenders)
    {
        output.WriteLine($"{"",-8} {"parameters",12} {"training",10} {"train accuracy",15} {"test accuracy",14}");
        foreach (Contender one in contenders)
        {
            double train = one.History.History["accuracy"][^1];
            output.WriteLine($"{one.Name,-8} {one.Model.CountParams(),12:N0} {one.Duration.TotalSeconds,8:F1} s {train,15:F4} {one.Confusion.Accuracy(),14:F4}");
        }
    }
}
