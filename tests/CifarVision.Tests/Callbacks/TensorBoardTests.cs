using System.Buffers.Binary;
using System.Globalization;
using CifarVision.Callbacks;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;
using Tensorboard;

namespace CifarVision.Tests.Callbacks;

public sealed class TensorBoardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_Figures_AreScalarsOfTrainAndValidation()
    {
        var epoch = new Dictionary<string, double> { ["loss"] = 2, ["accuracy"] = 0.5, ["val_loss"] = 3, ["val_accuracy"] = 0.25 };

        new ScriptedRun(new TensorBoard(_folder.Path)) { Optimizer = new SGD(learningRate: 0.5) }.Fit([epoch, epoch]);

        Assert.Equal(
            ["0 epoch_accuracy 0.5", "0 epoch_loss 2", "0 epoch_learning_rate 0.5", "1 epoch_accuracy 0.5", "1 epoch_loss 2", "1 epoch_learning_rate 0.5"],
            Scalars("train"));
        Assert.Equal(["0 epoch_accuracy 0.25", "0 epoch_loss 3", "1 epoch_accuracy 0.25", "1 epoch_loss 3"], Scalars("validation"));
    }

    [Fact]
    public void Fit_RateLoweredBefore_WritesTheRateOfTheEpoch()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau("loss", factor: 0.5, patience: 1), new TensorBoard(_folder.Path)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("loss", 1, 1);

        Assert.Contains("1 epoch_learning_rate 1", Scalars("train"));
    }

    [Fact]
    public void Fit_WithoutValidation_WritesNoValidationFile()
    {
        new ScriptedRun(new TensorBoard(_folder.Path)).Fit("loss", 1);

        Assert.False(Directory.Exists(_folder.File("validation")));
    }

    [Fact]
    public void Fit_Second_WritesAFileOfItsOwn()
    {
        var run = new ScriptedRun(new TensorBoard(_folder.Path));

        run.Fit("loss", 1);
        run.Fit("loss", 1);

        Assert.Equal(2, Directory.GetFiles(_folder.File("train"), "events.out.tfevents.*").Length);
    }

    [Fact]
    public void State_EventsWrittenAfterIt_AreTakenAwayAndTheFilesGoOn()
    {
        double[] script = [5, 4, 3, 2];
        for (int done = 1; done < script.Length; done++)
        {
            string logs = _folder.File($"{done}");
            var before = new TensorBoard(logs);
            var run = new ScriptedRun(before);
            run.Fit("val_loss", script[..done]);
            var state = before.GetState();
            // An epoch that no backup knows of.
            before.OnEpochEnd(run.Context!, done, new Logs(new Dictionary<string, double> { ["loss"] = 9, ["val_loss"] = 9 }));
            var resumed = new TensorBoard(logs);

            new ScriptedRun(resumed) { InitialEpoch = done, AfterTrainBegin = () => resumed.SetState(state) }.Fit("val_loss", script[done..]);

            Assert.Equal(["0 epoch_loss 5", "1 epoch_loss 4", "2 epoch_loss 3", "3 epoch_loss 2"], Scalars($"{done}/validation"));
            Assert.Equal(4, Scalars($"{done}/train").Count);
        }
    }

    [Fact]
    public void Files_AfterEachEpoch_AreClosed()
    {
        var run = new ScriptedRun(new TensorBoard(_folder.Path), new LambdaCallback(onEpochEnd: (_, _, _) =>
        {
            using FileStream exclusive = File.Open(Directory.GetFiles(_folder.File("train")).Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }));

        Assert.Equal(2, run.Fit("loss", 1, 1));
    }

    [Fact]
    public void Events_First_TellsTheVersionAndAllTellTheTime()
    {
        double before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

        new ScriptedRun(new TensorBoard(_folder.Path)).Fit("loss", 1);

        Event[] events = [.. Events("train")];
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.All(events, entry => Assert.InRange(entry.WallTime, before, before + 60));
    }

    [Fact]
    public void Records_OfAFile_CarryMaskedCrc32COfLengthAndMessage()
    {
        new ScriptedRun(new TensorBoard(_folder.Path)).Fit("loss", 1, 2);

        byte[] bytes = File.ReadAllBytes(Directory.GetFiles(_folder.File("train")).Single());
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));
            Assert.Equal(MaskedCrc32C(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(MaskedCrc32C(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += length + 16;
        }

        // How the event files of TensorFlow begin: length 24 and its checksum.
        Assert.Equal(Convert.FromHexString("1800000000000000A37F4B22"), bytes[..12]);
    }

    // Bit by bit, as the polynomial is defined.
    private static uint MaskedCrc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    private List<string> Scalars(string folder) =>
    [
        .. Events(folder).Skip(1).SelectMany(entry => entry.Summary.Value.Select(value =>
            string.Create(CultureInfo.InvariantCulture, $"{entry.Step} {value.Tag} {value.SimpleValue}"))),
    ];

    // Read by the classes that also write; what surrounds their bytes is read by hand.
    private IEnumerable<Event> Events(string folder)
    {
        byte[] bytes = File.ReadAllBytes(Directory.GetFiles(_folder.File(folder)).Single());
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));
            yield return Event.Parser.ParseFrom(bytes, at + 12, length);
            at += length + 16;
        }
    }
}
