using System.Globalization;
using System.Xml.Linq;

namespace CifarVision.GpuCheck;

/// <summary>The report of a run of tests: xunit's XML.</summary>
internal static class TestReport
{
    private const int NamedFailures = 20;

    /// <summary>A line with the numbers, and one for each test that failed, as far as there are not too many.</summary>
    public static IEnumerable<Row> Read(string path, string section, string title)
    {
        XElement[] tests = [.. XDocument.Load(path).Descendants("test")];
        XElement[] failed = [.. tests.Where(test => Of(test, "result") == "Fail")];
        int passed = tests.Count(test => Of(test, "result") == "Pass");
        yield return new Row(section, title, failed.Length == 0 && passed > 0 ? Outcome.Passed : Outcome.Failed, "tests", passed, Remark: FormattableString.Invariant($"{failed.Length} failed, {tests.Length - passed - failed.Length} left out, {Seconds(tests):F0} s"));
        foreach (XElement test in failed.Take(NamedFailures))
            yield return new Row(section, Of(test, "name"), Outcome.Failed, Remark: test.Element("failure")?.Element("message")?.Value.ReplaceLineEndings(" ") ?? "");
        if (failed.Length > NamedFailures)
            yield return new Row(section, FormattableString.Invariant($"{failed.Length - NamedFailures} more tests"), Outcome.Failed);
    }

    private static double Seconds(IEnumerable<XElement> tests) => tests.Sum(test => double.Parse(Of(test, "time"), CultureInfo.InvariantCulture));

    private static string Of(XElement test, string attribute) => test.Attribute(attribute)?.Value ?? "0";
}
