using System.Buffers.Binary;
using System.Globalization;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using SkiaSharp;
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

        // How the event files of TensorFlow begin: length 24 and its checksum.
        Assert.Equal(Convert.FromHexString("1800000000000000A37F4B22"), CheckRecords()[..12]);
    }

    private byte[] CheckRecords()
    {
        byte[] bytes = File.ReadAllBytes(Directory.GetFiles(_folder.File("train")).Single());
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));
            Assert.Equal(MaskedCrc32C(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(MaskedCrc32C(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += length + 16;
        }

        return bytes;
    }

    [Fact]
    public void Fit_HistogramFreq_WritesEveryWeightAtTheseEpochs()
    {
        using Sequential model = Fitted(new TensorBoard(_folder.Path, histogramFreq: 2, writeGraph: false), epochs: 3);

        (long Step, Summary.Types.Value Value)[] all = [.. Values("train").Where(pair => pair.Value.Histo is not null)];
        string[] tags = [.. model.Weights.Select(weight => $"{weight.Path}/histogram")];
        Assert.Equal([.. tags.Select(tag => (0L, tag)), .. tags.Select(tag => (2L, tag))], all.Select(pair => (pair.Step, pair.Value.Tag)));

        // Those of the last epoch are of the trained weights.
        for (int i = 0; i < tags.Length; i++)
        {
            double[] values = Values(model.Weights[i]);
            HistogramProto histogram = all[tags.Length + i].Value.Histo;
            Assert.Equal(values.Length, histogram.Num);
            Assert.Equal(values.Length, histogram.Bucket.Sum());
            Assert.Equal(values.Sum(), histogram.Sum, 1e-9);
            Assert.Equal(values.Sum(value => value * value), histogram.SumSquares, 1e-9);
            Assert.Equal(values.Min() == values.Max() ? 1 : 30, histogram.Bucket.Count);
            Assert.Equal(histogram.Bucket.Count, histogram.BucketLimit.Count);
            Assert.Equal(histogram.Max, histogram.BucketLimit[^1]);
        }

        Assert.DoesNotContain(Values("train"), pair => pair.Value.Image is not null);
        CheckRecords();
    }

    [Fact]
    public void Histogram_WorkedByHand_IsThis()
    {
        using var weight = new HeldWeight([0, 1, 29, 30, double.NaN, double.PositiveInfinity, 30], 7);
        HistogramProto histogram = new WeightValues(weight.Weight).Histogram()!;

        Assert.Equal((0, 30, 5, 90), (histogram.Min, histogram.Max, histogram.Num, histogram.Sum));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (double)i), histogram.BucketLimit);
        Assert.Equal([1, 1, .. new double[27], 3], histogram.Bucket);

        using var equal = new HeldWeight([2, 2], 2);
        histogram = new WeightValues(equal.Weight).Histogram()!;
        Assert.Equal((1.5, 2.5, 2), (histogram.Min, histogram.Max, Assert.Single(histogram.Bucket)));

        using var damaged = new HeldWeight([double.NaN], 1);
        Assert.Null(new WeightValues(damaged.Weight).Histogram());
    }

    [Fact]
    public void Fit_WriteImages_WritesVectorsMatricesAndKernels()
    {
        using Sequential model = Fitted(new TensorBoard(_folder.Path, histogramFreq: 1, writeGraph: false, writeImages: true), epochs: 1, channels: 3);

        Dictionary<string, Summary.Types.Image> images = Values("train").Where(pair => pair.Value.Image is not null).ToDictionary(pair => pair.Value.Tag, pair => pair.Value.Image);
        string convolution = model.Layers[0].Weights[0].Path;
        Assert.Equal((2, 2), (images[$"{convolution}/image/0"].Height, images[$"{convolution}/image/2"].Width));
        Assert.DoesNotContain($"{convolution}/image/3", images.Keys);
        Assert.Equal((1, 4), (images[$"{model.Layers[0].Weights[1].Path}/image"].Height, images[$"{model.Layers[0].Weights[1].Path}/image"].Width));
        Assert.Equal((3, 100), (images[$"{model.Layers[2].Weights[0].Path}/image"].Height, images[$"{model.Layers[2].Weights[0].Path}/image"].Width));

        // The pixels of the first filter, of the smallest to the largest value of the kernel.
        double[] kernel = Values(model.Layers[0].Weights[0]);
        using SKBitmap picture = SKBitmap.Decode(images[$"{convolution}/image/0"].EncodedImageString.ToByteArray());
        SKColor pixel = picture.GetPixel(x: 1, y: 0);
        Assert.Equal([Shade(1, 0), Shade(1, 1), Shade(1, 2)], new[] { pixel.Red, pixel.Green, pixel.Blue });
        CheckRecords();

        byte Shade(int place, int channel) => (byte)Math.Round(255 * (kernel[((place * 3) + channel) * 4] - kernel.Min()) / (kernel.Max() - kernel.Min()));
    }

    [Fact]
    public void Fit_WriteGraph_WritesTheCallsOnce()
    {
        KerasTensor image = Keras.Input((6, 6, 2), "image");
        KerasTensor inside = Keras.Input((6, 6, 2));
        var body = new Model(inside, new ReLU(name: "relu").Call(new Conv2D(2, 3, padding: CifarVision.Layers.Padding.Same, name: "conv").Call(inside)), "body");
        KerasTensor sum = new Add(name: "sum").Call(body.Call(image), body.Call(image));
        using var model = new Model(image, new Dense(3, ActivationFunction.Softmax, name: "class").Call(new Flatten(name: "flat").Call(sum)));
        model.Compile(new SGD(), new CategoricalCrossentropy());
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        model.Fit(x, y, epochs: 2, verbose: 0, callbacks: [new TensorBoard(_folder.Path)]);

        GraphDef graph = GraphDef.Parser.ParseFrom(Assert.Single(Events("train"), entry => entry.WhatCase == Event.WhatOneofCase.GraphDef).GraphDef);
        Assert.Equal(
            [
                "image InputLayer ()", "body/conv Conv2D (image)", "body/relu ReLU (body/conv)", "body_1/conv Conv2D (image)", "body_1/relu ReLU (body_1/conv)",
                "sum Add (body/relu, body_1/relu)", "flat Flatten (sum)", "class Dense (flat)",
            ],
            graph.Node.Select(node => $"{node.Name} {node.Op} ({string.Join(", ", node.Input)})"));
        Assert.Equal([-1L, 6, 6, 2], graph.Node[1].Attr["_output_shapes"].List.Shape[0].Dim.Select(dim => dim.Size));
        CheckRecords();
    }

    [Fact]
    public void HistogramFreq_Negative_IsAnError()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoard(_folder.Path, histogramFreq: -1));
        Assert.StartsWith("TensorBoard: histogramFreq must be at least 0, but was -1.", error.Message, StringComparison.Ordinal);
    }

    private static Sequential Fitted(TensorBoard board, int epochs, int channels = 2)
    {
        Sequential model = new((6, 6, channels), new Conv2D(4, 2, activation: ActivationFunction.Relu), new Flatten(), new Dense(3, ActivationFunction.Softmax));
        model.Compile(new SGD(), new CategoricalCrossentropy());
        (NDArray x, NDArray y) = TinyTask.Noise(16, (6, 6, channels));
        model.Fit(x, y, epochs: epochs, verbose: 0, callbacks: [board]);
        return model;
    }

    private static double[] Values(Weight weight)
    {
        using var scope = torch.NewDisposeScope();
        return weight.Value.to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    private IEnumerable<(long Step, Summary.Types.Value Value)> Values(string folder) =>
        Events(folder).Where(entry => entry.Summary is not null).SelectMany(entry => entry.Summary.Value.Select(value => (entry.Step, value)));

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

    // The framing of the records is read here, and the messages by TorchSharp's generated classes.
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

    private sealed class HeldWeight : IDisposable
    {
        public HeldWeight(double[] values, params long[] shape) =>
            Weight = new Weight("w", "w", torch.tensor(values, device: torch.CPU).reshape(shape).DetachFromDisposeScope(), trainable: false);

        public Weight Weight { get; }

        public void Dispose() => Weight.Dispose();
    }
}
