using System.Text.Json.Nodes;
using CifarVision.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.History;

public sealed class TrainingHistoryFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string CsvPath => Path.Combine(_folder.FullName, "history.csv");

    private string JsonPath => Path.Combine(_folder.FullName, "history.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void SaveCsv_EpochsWithGaps_WritesKerasKeysAndEmptyCells()
    {
        Histories.WithGaps().SaveCsv(CsvPath);
        Assert.Equal("epoch,loss,val_loss\n0,2.5,\n1,2,2.25\n2,1.5,\n3,1,1.25\n", File.ReadAllText(CsvPath));
    }

    [Fact]
    public void SaveCsv_NotFinite_WritesPythonsWords()
    {
        Histories.Of(new Dictionary<string, double> { ["a"] = double.NaN, ["b"] = double.PositiveInfinity, ["c"] = double.NegativeInfinity }).SaveCsv(CsvPath);
        Assert.Equal("epoch,a,b,c\n0,nan,inf,-inf\n", File.ReadAllText(CsvPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("fa-IR")]
    public void CsvAndJson_UnderACulture_RoundTripExactly(string culture)
    {
        using var scope = new CultureScope(culture);
        TrainingHistory history = Histories.Awkward();
        history.SaveCsv(CsvPath);
        history.SaveJson(JsonPath);
        Histories.AssertSame(history, TrainingHistory.LoadCsv(CsvPath));
        Histories.AssertSame(history, TrainingHistory.LoadJson(JsonPath));
    }

    [Fact]
    public void CsvAndJson_FromAnInitialEpoch_KeepTheEpochs()
    {
        var history = new TrainingHistory();
        history.Add(7, [new("loss", 1)]);
        history.Add(9, [new("loss", 2)]);
        history.SaveCsv(CsvPath);
        history.SaveJson(JsonPath);
        Assert.Equal([7, 9], TrainingHistory.LoadCsv(CsvPath).Epoch);
        Assert.Equal([7, 9], TrainingHistory.LoadJson(JsonPath).Epoch);
    }

    [Fact]
    public void CsvAndJson_NoEpochs_RoundTrip()
    {
        var history = new TrainingHistory();
        history.SaveCsv(CsvPath);
        history.SaveJson(JsonPath);
        Assert.Equal("epoch\n", File.ReadAllText(CsvPath));
        Assert.Empty(TrainingHistory.LoadCsv(CsvPath).Epoch);
        Assert.Empty(TrainingHistory.LoadJson(JsonPath).Epoch);
    }

    [Fact]
    public void SaveJson_EpochsWithGaps_WritesTheDocumentedForm()
    {
        Histories.WithGaps().SaveJson(JsonPath);
        JsonNode expected = JsonNode.Parse("""
            {
              "epoch": [0, 1, 2, 3],
              "history": { "loss": [2.5, 2, 1.5, 1], "val_loss": [null, 2.25, null, 1.25] },
              "params": { "epochs": 4, "steps": 352, "verbose": 1 }
            }
            """)!;
        Assert.Equal(expected.ToJsonString(), File.ReadAllText(JsonPath));
    }

    [Fact]
    public void LoadJson_Params_ComeBack()
    {
        Histories.WithGaps().SaveJson(JsonPath);
        Assert.Equal(Histories.WithGaps().Params, TrainingHistory.LoadJson(JsonPath).Params);
    }

    [Fact]
    public void LoadJson_RecordOfTheRun_ComesBack()
    {
        var run = new TrainingRun(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), "CPU (AVX2)", 2, "float32", -7, 1, 32, 100, 20, new Dictionary<string, string> { [".NET"] = "10.0" })
        {
            EpochSeconds = [1.5, 0.1, 0.25, 1e-7],
            PeakMemory = 3_000_000_000,
        };
        TrainingHistory history = Histories.WithGaps();
        history.Run = run;
        history.SaveJson(JsonPath);
        TrainingRun found = TrainingHistory.LoadJson(JsonPath).Run!;

        Assert.Equal(run with { Software = found.Software, EpochSeconds = found.EpochSeconds }, found);
        Assert.Equal(run.Software, found.Software);
        Assert.Equal(run.EpochSeconds, found.EpochSeconds);
    }

    [Fact]
    public void LoadCsv_LogOfKerasCsvLogger_IsRead()
    {
        File.WriteAllText(CsvPath, "epoch,accuracy,loss,val_loss\r\n0,0.25,2.0,NA\r\n1,0.5,1e-05,2.5\r\n");
        TrainingHistory history = TrainingHistory.LoadCsv(CsvPath);
        Assert.Equal([2, 0.00001], history.History["loss"]);
        Assert.Equal([1], history.EpochsOf("val_loss"));
        Assert.Empty(history.Params);
    }

    [Theory]
    [InlineData("", "line 1: the first column must be epoch, but the line is ''. Columns are separated by commas.")]
    [InlineData("epoch;loss\n0;1,5\n", "line 1: the first column must be epoch, but the line is 'epoch;loss'. Columns are separated by commas.")]
    [InlineData("epoch,loss,loss\n", "line 1: every column must have a name of its own, but 'loss' stands twice.")]
    [InlineData("epoch,loss\n0,1\n1,0,5\n", "line 3: there must be 2 cells, but there are 3.")]
    [InlineData("epoch,loss\n0.5,1\n", "line 2: epoch must be a whole number from 0, but was '0.5'.")]
    [InlineData("epoch,loss\n1,1\n1,1\n", "line 3: epoch must be above the 1 before it, but was 1.")]
    [InlineData("epoch,loss\n0,1\n1,many\n", "line 3: loss must be a number, but was 'many'.")]
    public void LoadCsv_BadFile_NamesFileAndLine(string content, string message)
    {
        File.WriteAllText(CsvPath, content);
        var error = Assert.Throws<InvalidDataException>(() => TrainingHistory.LoadCsv(CsvPath));
        Assert.Equal($"TrainingHistory: '{CsvPath}', {message}", error.Message);
    }

    [Theory]
    [InlineData("{\n\"epoch\": [0,", ", line 2: ")]
    [InlineData("{\"epoch\": [0],\n \"history\": {\"loss\": [\"many\"]},\n \"params\": {}}", ", line 2: ")]
    [InlineData("{\"epoch\": [0], \"params\": {}}", ", line 1: ")]
    [InlineData("{\"epoch\": [0], \"history\": {\"loss\": null}, \"params\": {}}", ": 'loss' must have one entry an epoch, 1, but is null.")]
    [InlineData("{\"epoch\": [0], \"history\": {\"loss\": [1, 2]}, \"params\": {}}", ": 'loss' must have one entry an epoch, 1, but has 2.")]
    [InlineData("{\"epoch\": [1, 1], \"history\": {}, \"params\": {}}", ": epochs must ascend from 0, but entry 1 is 1.")]
    [InlineData("{\"epoch\": [], \"history\": {}, \"params\": {}, \"run\": {\"seed\": 1}}", ", line 1: ")]
    [InlineData("{\"epoch\": [0], \"history\": {}, \"params\": {}, \"run\": {\"started\": \"2026-01-02T03:04:05Z\", \"device\": \"CPU\", \"threads\": 1, \"precision\": \"float32\", \"seed\": 1, \"processes\": 1, \"batchSize\": 1, \"samples\": 1, \"validationSamples\": 0, \"software\": {}}}", ": epochSeconds must have one entry an epoch, 1, but has 0.")]
    [InlineData("null", ": must be an object, but is null.")]
    public void LoadJson_BadFile_NamesFileAndPlace(string content, string message)
    {
        File.WriteAllText(JsonPath, content);
        var error = Assert.Throws<InvalidDataException>(() => TrainingHistory.LoadJson(JsonPath));
        Assert.StartsWith($"TrainingHistory: '{JsonPath}'{message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_IsFileNotFound()
    {
        Assert.Throws<FileNotFoundException>(() => TrainingHistory.LoadCsv(CsvPath));
        Assert.Throws<FileNotFoundException>(() => TrainingHistory.LoadJson(JsonPath));
    }
}
