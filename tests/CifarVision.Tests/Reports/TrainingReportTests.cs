using System.Text.RegularExpressions;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Reports;
using CifarVision.Reports.Page;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Reports;

/// <summary>The text of the page, and which arguments are refused. The project CifarVision.WebTests opens it.</summary>
public sealed partial class TrainingReportTests(ReportRun run) : IClassFixture<ReportRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_NamesThatAreMarkup_AreText()
    {
        string page = File.ReadAllText(run.Page);

        Assert.DoesNotContain("<b>bold", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)<", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("<title>A &lt;title&gt; &amp; more</title>", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "<script"));
    }

    [Fact]
    public void Save_Page_NamesNoOtherAddress()
    {
        string[] addresses = [.. Address().Matches(File.ReadAllText(run.Page)).Select(match => match.Groups["value"].Value)];

        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.True(address.StartsWith("data:", StringComparison.Ordinal) || address.StartsWith('#'), address[..Math.Min(80, address.Length)]));
    }

    [Fact]
    public void Save_EveryValueOfTheHistory_IsInTheTable()
    {
        string page = File.ReadAllText(run.Page);

        foreach (double value in run.History.History.Values.SelectMany(values => values))
            Assert.Contains($"<data value=\"{ReportNumber.Exact(value)}\">{ReportNumber.Value(value)}</data>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_RecordOfTheRun_IsOnThePage()
    {
        string page = File.ReadAllText(run.Page);
        TrainingRun record = run.History.Run!;

        foreach (string fact in (string[])[record.Device, record.Precision, $"{record.Seed}", .. record.Software.Values])
            Assert.Contains($"<dd>{fact}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OldFile_IsReplaced()
    {
        string path = _folder.File("report.HTML");
        File.WriteAllText(path, "old");
        new TrainingReport(run.Model, run.History, run.Test).Save(path);

        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("class 9", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OtherExtension_IsRefused()
    {
        var report = new TrainingReport(run.Model, run.History, run.Test);
        var error = Assert.Throws<ArgumentException>(() => report.Save("report.pdf"));

        Assert.StartsWith("TrainingReport: path must end in .html, but was 'report.pdf'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_HistoryOfACsvFile_HasNoRecordOfTheRun()
    {
        run.History.SaveCsv(_folder.File("history.csv"));
        string page = Saved(new TrainingReport(run.Model, TrainingHistory.LoadCsv(_folder.File("history.csv")), run.Test));

        Assert.DoesNotContain("id=\"environment\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"curves\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NotCompiledAndNotTrained_HasTheOtherParts()
    {
        using Sequential model = LeNetBuilder.Create(run.Test.ImageShape, 10);
        string page = Saved(new TrainingReport(model, new TrainingHistory(), run.Test));

        Assert.DoesNotContain("id=\"curves\"", page, StringComparison.Ordinal);
        Assert.Contains("The model is not compiled", page, StringComparison.Ordinal);
        Assert.Contains("id=\"confusions\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OneUnitForTwoClasses_HasOneCurve()
    {
        using Sequential model = OneUnit(ActivationFunction.Sigmoid);
        string page = Saved(new TrainingReport(model, new TrainingHistory(), TwoClasses([0, 1, 1, 0]), ["off", "on"]));

        Assert.Contains("on against the other class.", page, StringComparison.Ordinal);
        Assert.Contains("fraction of images of on", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ModelWithAConvolution_ShowsWhatItLooksAt()
    {
        string part = Section(File.ReadAllText(run.Page), "gradcam");

        Assert.Contains("Grad-CAM of the layer conv2d_1", part, StringComparison.Ordinal);
        Assert.Equal(10, Regex.Count(part, "<li class=\"pair\">"));
        Assert.Equal(20, Regex.Matches(part, "<img src=\"(?<image>[^\"]+)\"").Select(match => match.Groups["image"].Value).Distinct().Count());
    }

    [Fact]
    public void Create_ModelWithoutConvolution_LeavesThisOut()
    {
        using Sequential model = OneUnit(ActivationFunction.Sigmoid);

        Assert.DoesNotContain("id=\"gradcam\"", Saved(new TrainingReport(model, new TrainingHistory(), TwoClasses([0, 1]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ConvolutionThatIsCalledTwice_LeavesThisOut()
    {
        KerasTensor image = Keras.Input((32, 32, 3));
        var shared = new Conv2D(3, 3, padding: Padding.Same);
        KerasTensor features = new GlobalAveragePooling2D().Call(shared.Call(shared.Call(image)));
        using var model = new Model(image, new Dense(1, ActivationFunction.Sigmoid).Call(features));
        model.Compile(new SGD(), new BinaryCrossentropy(), [new BinaryAccuracy()]);

        Assert.DoesNotContain("id=\"gradcam\"", Saved(new TrainingReport(model, new TrainingHistory(), TwoClasses([0, 1]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ImagesOfOneClass_HasNoThresholds()
    {
        using Sequential model = OneUnit(ActivationFunction.Sigmoid);
        string page = Saved(new TrainingReport(model, new TrainingHistory(), TwoClasses([1, 1, 1]), ["off", "on"]));

        Assert.DoesNotContain("id=\"thresholds\"", page, StringComparison.Ordinal);
        Assert.Contains("images of one class only", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PicturesOnDisk_EqualsPicturesInMemory()
    {
        for (int i = 0; i < 6; i++)
        {
            Directory.CreateDirectory(_folder.File($"pictures/{i % 2}"));
            ImageFile.Save(_folder.File($"pictures/{i % 2}/<{i}>&.png"), run.Test.Images[i]);
        }

        using Sequential model = OneUnit(ActivationFunction.Sigmoid);
        string[] pages = [.. new[] { true, false }.Select(cache => Saved(new TrainingReport(
            model, new TrainingHistory(), ImageDataset.FromFolder(_folder.File("pictures"), (32, 32), cache: cache).Train)))];

        Assert.Equal(WithoutTimes(pages[0]), WithoutTimes(pages[1]));
        Assert.Contains("&gt;&amp;.png", pages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OutputsThatAreNoProbabilities_AreRefused()
    {
        using Sequential model = OneUnit(ActivationFunction.Linear);
        model.SetWeights([.. model.GetWeights().Select(weight => weight * 0 + 3f)]);
        var error = Assert.Throws<ArgumentException>(() => new TrainingReport(model, new TrainingHistory(), TwoClasses([0, 1])));

        Assert.StartsWith("TrainingReport: the outputs of model must be probabilities from 0 to 1, but one was ", error.Message, StringComparison.Ordinal);
        Assert.Contains("End the model with a softmax or sigmoid.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NamesOfOtherClasses_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainingReport(run.Model, run.History, run.Test, ["a", "b"]));

        Assert.StartsWith("TrainingReport: classNames must be 10, one for each class of the model, but was 2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_MoreClassesThanTheModel_AreRefused()
    {
        using Sequential model = OneUnit(ActivationFunction.Sigmoid);
        var error = Assert.Throws<ArgumentException>(() => new TrainingReport(model, run.History, run.Test));

        Assert.StartsWith("TrainingReport: testData must be of the 2 classes of the model, but has 10.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TwoInputs_IsRefused()
    {
        KerasTensor first = Keras.Input((32, 32, 3));
        KerasTensor second = Keras.Input((32, 32, 3));
        var model = new Model([first, second], [new Dense(2, ActivationFunction.Softmax).Call(new Flatten().Call(new Add().Call(first, second)))]);
        var error = Assert.Throws<ArgumentException>(() => new TrainingReport(model, run.History, run.Test));

        Assert.StartsWith("TrainingReport: model must have one input and one output of a probability for each class", error.Message, StringComparison.Ordinal);
    }

    private static string Section(string page, string id)
    {
        string rest = page[page.IndexOf($"id=\"{id}\"", StringComparison.Ordinal)..];
        return rest[..rest.IndexOf("</section>", StringComparison.Ordinal)];
    }

    private static Sequential OneUnit(ActivationFunction activation)
    {
        var model = new Sequential((32, 32, 3));
        model.Add(new GlobalAveragePooling2D());
        model.Add(new Dense(1, activation));
        model.Compile(new SGD(), new BinaryCrossentropy(), [new BinaryAccuracy()]);
        return model;
    }

    private ImageDataset TwoClasses(long[] labels) => new(run.Test.Images[$"0:{labels.Length}"], np.array(labels), classCount: 2);

    private string Saved(TrainingReport report)
    {
        report.Save(_folder.File("saved.html"));
        return File.ReadAllText(_folder.File("saved.html"));
    }

    // The speed of prediction differs from run to run.
    private static string WithoutTimes(string page) => Time().Replace(page, "");

    [GeneratedRegex("\\s(src|href|action|data|poster|srcset)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex("[0-9.,]+ ?(images/s|/s|ms|s)\\b|[0-9.,E+]+/s")]
    private static partial Regex Time();
}
