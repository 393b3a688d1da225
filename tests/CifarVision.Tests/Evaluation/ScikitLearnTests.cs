using System.Text.Json.Nodes;
using CifarVision.Evaluation;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Evaluation;

/// <summary>Compares with what scikit-learn 1.2.1 computed from the same predictions; scikit_learn.py recorded it.</summary>
public class ScikitLearnTests
{
    private static readonly JsonNode Recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "evaluation", "scikit_learn.json")))!;

    public static TheoryData<string> Cases => [.. Recorded["cases"]!.AsArray().Select(one => (string)one!["name"]!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Report_Text_IsThatOfScikitLearn(string name)
    {
        (JsonNode recorded, NDArray truth, NDArray probabilities, string[]? names) = Case(name);
        using var german = new CultureScope("de-DE");

        Assert.Equal((string)recorded["report"]!, new ClassificationReport(truth, probabilities, names).ToString((int)recorded["digits"]!));
    }

    [Fact]
    public void Report_OfFewSamples_IsRoundedAsInPython()
    {
        foreach (JsonNode? report in Recorded["reports"]!.AsArray())
        {
            string text = new ClassificationReport(np.array(Integers(report!["truth"]!)), np.array(Integers(report["predicted"]!))).ToString((int)report["digits"]!);
            Assert.Equal((string)report["text"]!, text);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RocCurves_AreThoseOfScikitLearn(string name)
    {
        (JsonNode recorded, NDArray truth, NDArray probabilities, string[]? names) = Case(name);
        var roc = new RocCurves(truth, probabilities, names);

        JsonArray curves = recorded["curves"]!.AsArray();
        Assert.Equal(curves.Count, roc.Curves.Count);
        for (int i = 0; i < curves.Count; i++)
        {
            Same(curves[i]!["fpr"]!, roc.Curves[i].FalsePositiveRates);
            Same(curves[i]!["tpr"]!, roc.Curves[i].TruePositiveRates);
            Assert.Equal(double.PositiveInfinity, roc.Curves[i].Thresholds[0]);
            Same(curves[i]!["rocThresholds"]!, [.. roc.Curves[i].Thresholds.Skip(1)]);
            Assert.Equal((double)curves[i]!["auc"]!, roc.Curves[i].Area, 1e-12);
        }

        Assert.Equal((double)recorded["macroAuc"]!, roc.MacroArea, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PrecisionRecallCurves_AreThoseOfScikitLearn(string name)
    {
        (JsonNode recorded, NDArray truth, NDArray probabilities, string[]? names) = Case(name);
        var all = new PrecisionRecallCurves(truth, probabilities, names);

        JsonArray curves = recorded["curves"]!.AsArray();
        Assert.Equal(curves.Count, all.Curves.Count);
        for (int i = 0; i < curves.Count; i++)
        {
            Same(curves[i]!["precision"]!, all.Curves[i].Precisions);
            Same(curves[i]!["recall"]!, all.Curves[i].Recalls);
            Same(curves[i]!["thresholds"]!, all.Curves[i].Thresholds);
            Assert.Equal((double)curves[i]!["ap"]!, all.Curves[i].AveragePrecision, 1e-12);
        }

        Assert.Equal((double)recorded["macroAp"]!, all.MacroAveragePrecision, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void CalibrationCurve_IsThatOfScikitLearn(string name)
    {
        (JsonNode recorded, NDArray truth, NDArray probabilities, _) = Case(name);
        var calibration = new CalibrationCurve(truth, probabilities, bins: 8);

        CalibrationBin[] filled = [.. calibration.Bins.Where(bin => bin.Count > 0)];
        Same(recorded["fraction"]!, [.. filled.Select(bin => bin.Fraction)]);
        Same(recorded["mean"]!, [.. filled.Select(bin => bin.MeanProbability)]);
        Assert.Equal((double)recorded["ece"]!, calibration.ExpectedError, 1e-12);
    }

    private static (JsonNode Recorded, NDArray Truth, NDArray Probabilities, string[]? Names) Case(string name)
    {
        JsonNode recorded = Recorded["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        double[] values = [.. Flat(recorded["probabilities"]!)];
        int[] truth = Integers(recorded["truth"]!);
        NDArray probabilities = np.array(values);
        return (recorded, np.array(truth), values.Length == truth.Length ? probabilities : probabilities.reshape(truth.Length, -1), recorded["names"]?.AsArray().Select(one => (string)one!).ToArray());
    }

    private static IEnumerable<double> Flat(JsonNode node) => node is JsonArray array ? array.SelectMany(one => Flat(one!)) : [(double)node];

    private static int[] Integers(JsonNode node) => [.. node.AsArray().Select(one => (int)one!)];

    private static void Same(JsonNode expected, IReadOnlyList<double> actual)
    {
        double[] values = [.. Flat(expected)];
        Assert.Equal(values.Length, actual.Count);
        Assert.All(values, (value, i) => Assert.Equal(value, actual[i], 1e-12));
    }
}
