using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Summaries against what Keras 3.15 prints.</summary>
public class FunctionalSummaryTests
{
    public static TheoryData<string> Names => [.. FunctionalModels.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Summary_FunctionalModel_IsKeras(string name)
    {
        using Model model = FunctionalModels.All[name]();
        using var text = new StringWriter();

        model.Summary(text);

        Assert.Equal(Golden(name, "summary.txt"), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Summary_NestedAndTrainable_IsKeras(string name)
    {
        using Model model = FunctionalModels.All[name]();
        using var text = new StringWriter();

        model.Summary(text, expandNested: true, showTrainable: true, lineLength: 110);

        Assert.Equal(Golden(name, "summary_nested_trainable.txt"), text.ToString());
    }

    [Fact]
    public void Summary_BuiltModelInUnbuiltOne_HasShapesAndParameters()
    {
        using var model = new Sequential(new Sequential(6, new Dense(4)), new Dense(3));
        using var text = new StringWriter();

        model.Summary(text);

        string[] lines = text.ToString().Split('\n');
        Assert.Equal("│ sequential (Sequential)         │ (None, 4)              │            28 │", lines[4]);
        Assert.Equal("│ dense (Dense)                   │ ?                      │   0 (unbuilt) │", lines[6]);
        Assert.Equal(" Total params: 28 (112.00 B)", lines[8]);
    }

    [Fact]
    public void Summary_WideLetters_TakeTwoCells()
    {
        using var model = new Sequential(6, new Dense(4, name: "図形の分類"), new Dense(4, name: "画像認識のための全結合層です長い名前"));
        using var text = new StringWriter();

        model.Summary(text);

        string[] lines = text.ToString().Split('\n');
        Assert.Equal("│ 図形の分類 (Dense)              │ (None, 4)              │            28 │", lines[4]);
        Assert.Equal("│ 画像認識のための全結合層です長… │ (None, 4)              │            20 │", lines[6]);
        Assert.Equal("│ (Dense)                         │                        │               │", lines[7]);
    }

    [Fact]
    public void Summary_LineTooShort_IsAnError()
    {
        using var model = new Sequential(6, new Dense(4));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.Summary(TextWriter.Null, lineLength: 12));

        Assert.StartsWith("Model: lineLength must leave at least 4 cells for each of 3 columns, but was 12. Pass at least 80.", error.Message, StringComparison.Ordinal);
    }

    private static string Golden(string name, string file) => File.ReadAllText(Repository.PathOf("tests", "CifarVision.Tests", "Golden", "functional", name, file));
}
