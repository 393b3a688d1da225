using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;
using CifarVision.Tests.Testing;
using Extending;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Docs;

/// <summary>A way to make each mistake of docs/troubleshooting.md, by the message that is quoted there.</summary>
internal static class Mistakes
{
    public static IReadOnlyDictionary<string, Func<string>> ByMessage { get; } = new Dictionary<string, Func<string>>
    {
        // Torch does not load
        ["CifarVision: torch's native library … must lie beside the application, but was found in none of these folders:"] = () => NativeFailure.Describe("linux-x64", "libtorch_cpu.so", ["app"], reason: ""),
        ["CifarVision: torch's native library … was found, but does not load:"] = () => NativeFailure.Describe("linux-x64", "libtorch_cpu.so", ["app"], "invalid ELF header"),
        ["no copy of … could be written:"] = () => InFolder(folder => Message(() => NativeCopy.LoadFromFile(NewFile(folder, "file"), "lib.so", [1]))),
        ["CifarVision: torch runs on linux-x64 with glibc, win-x64, win-arm64 and osx-arm64, but this process is …."] = () => NativeFailure.Describe("linux-musl-x64", "libtorch_cpu.so", ["app"], reason: "").Replace(", for", ".", StringComparison.Ordinal),
        ["TorchRuntime: CIFARVISION_LIBTORCH must be a folder with …, but was '…', which …"] = () => InFolder(folder => LibtorchFolder.Unusable(folder.Path, ["libtorch.so"])),
        ["TorchRuntime: libtorch must be …, for which TorchSharp was built, or fit in its place, but … in '…' lacks … of … symbols:"] = () => LibtorchFolder.Misfit("1.13.0", "lib", ["a", "b"], 2),
        ["TorchRuntime: the libtorch in '…' must be the first of the process, but '…' was loaded before it."] = () => ChosenLibtorch.Conflict("lib", "app/libtorch_cpu.so"),
        ["TorchRuntime: the version of libtorch should be …, for which TorchSharp was built, but was … in '…'."] = () => ChosenLibtorch.Warning("2.11.0", "lib"),
        ["TorchRuntime: LibtorchFolder must be set before torch is loaded, but was set to '…' after it."] = () => Message(() => TorchRuntime.LibtorchFolder = "lib"),
        ["TorchRuntime: CIFARVISION_ALLOCATOR must be 'system' or unset, but was '…'."] = () => Message(() => AllocatorChoice.WantsBlockCache("sytem")),
        ["TorchRuntime: the version of libtorch should be …, but was …."] = () =>
        {
            using var output = new StringWriter();
            AllocatorChoice.IsKnown(0x0209_0000_0000_0000, output);
            return output.ToString();
        },

        // CIFAR-10
        ["Cifar10Dataset: CIFAR-10 must be on this machine or downloadable, but was neither. Tried …"] = () => InFolder(folder => Message(() => new Cifar10Source(null, folder.File("cache"), Download(LoopbackServer.Unreachable())).Locate(null, new Datasets.Reports()))),
        ["Cifar10Dataset: the file from … must have the MD5 checksum …, but was …"] = () => InFolder(folder =>
        {
            using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", "<html>"u8));
            return Message(() => Download(server.Address).Fetch(folder.File("data.tar.gz"), new Datasets.Reports()));
        }),
        ["Cifar10Dataset: path must be a folder with cifar-10-batches-bin or cifar-10-binary.tar.gz in it, or that archive, but …"] = () => InFolder(folder => Message(() => Cifar10Dataset.Load(folder.Path))),
        ["Cifar10Dataset: … must hold data_batch_1.bin to data_batch_5.bin and test_batch.bin, but … is missing."] = () => OfCifar(File.Delete),
        ["Cifar10Dataset: … must be a non-empty multiple of 3073 bytes long, but was …."] = () => OfCifar(file => File.WriteAllBytes(file, new byte[100])),
        ["Cifar10Dataset: labels in … must be from 0 to 9, but was … in record …."] = () => OfCifar(file => File.WriteAllBytes(file, [10, .. new byte[3072]])),
        ["Cifar10Dataset: … must be a complete .tar.gz archive, but could not be unpacked"] = () =>
        {
            using var cifar = new TinyCifar();
            string archive = cifar.Pack(cifar.Root);
            File.WriteAllBytes(archive, File.ReadAllBytes(archive)[..500]);
            return Message(() => Cifar10Dataset.Load(archive));
        },

        // Pictures of your own
        ["ImageDataset: path must be a folder with a folder of pictures for each class, but …"] = () => InFolder(folder => Message(() => ImageDataset.FromFolder(folder.Path, 8))),
        ["ImageDataset: every picture must be readable, but … of … are not. Fix or remove them, or take skipDamaged: true:"] = () => OfPictures(1, 8),
        ["ImageDataset: pictures must end in …, so these files in … were left out: …."] = () => OfPictureFolder(folder => folder.Write("a/2.tif", [1])),
        ["ImageDataset: each class should have pictures, but there are none of … in …."] = () => OfPictureFolder(folder => Directory.CreateDirectory(folder.File("b"))),
        ["ImageFile: path must be a PNG, JPEG, WebP, BMP or GIF file, but …"] = () => InFolder(folder => Message(() => ImageFile.Load(NewFile(folder, "a.png"), 8))),
        ["ImageDataset: size must let the … pictures fit into memory, but … needs … MB of … MB."] = () => OfPictures((int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (3L * 8192 * 8192)) + 1, 8192),

        // Shapes and labels
        ["CategoricalCrossentropy: y must be one-hot, (N, …), but was …."] = () => OfFit((x, _, model) => model.Fit(x, np.array(new[] { 0, 2, 1, 0 }), verbose: 0)),
        ["Sequential: a softmax must have at least 2 units, but was over 1, which is always 1 then."] = () => OfOneUnit(ActivationFunction.Softmax),
        ["CategoricalCrossentropy: the model must have a unit for each class, but its output is …."] = () => OfOneUnit(ActivationFunction.Sigmoid),
        ["SparseCategoricalCrossentropy: labels must be integers of shape (N,) or (N, 1), but was …. For one-hot rows use CategoricalCrossentropy."] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0), new SparseCategoricalCrossentropy()),
        ["SparseCategoricalCrossentropy: labels must be from 0 to …, but was … in row …."] = () => OfFit((x, _, model) => model.Fit(x, np.array(new[] { 1, 2, 3, 1 }), verbose: 0), new SparseCategoricalCrossentropy()),
        ["CategoricalCrossentropy: the shape of yTrue must be that of yPred, …, but was …."] = () => OfFit((x, y, _) =>
        {
            using Sequential withoutFlatten = Compiled(new Sequential((6, 6, 2), new Dense(TinyTask.Classes, ActivationFunction.Softmax)));
            withoutFlatten.Fit(x, y, verbose: 0);
        }),
        ["Sequential: the dataset's … classes must fit the model's output, but was …."] = () => Message(() => Compiled(new Sequential((6, 6, 2), new Flatten(), new Dense(2, ActivationFunction.Softmax))).Fit(TinyTask.Images(4), verbose: 0)),
        ["Sequential: Fit must be given samples of the shape …, but was …."] = () => OfFit((x, y, model) => model.Fit(np.transpose(x, [0, 3, 1, 2]), y, verbose: 0)),
        ["Conv2D: expected input of rank 4 (batch, height, width, channels), but was …. Give it images."] = () => Message(() => _ = new Sequential((4, 4, 1), new Flatten(), new Conv2D(2, 1))),
        ["Conv2D: the window … must fit into the input, but was larger than …."] = () => Message(() => _ = new Sequential((3, 3, 1), new Conv2D(2, 5))),
        ["Sequential: x and y must have the same number of rows, but were … and …."] = () => OfFit((x, y, model) => model.Fit(x, y["0:3"], verbose: 0)),
        ["ArrayConversion: arrays must be of type float32, float64, uint8, int32, int64 or bool, but was …."] = () => OfFit((x, y, model) => model.Fit(x.astype(typeof(short)), y, verbose: 0)),
        ["ImageDataset: images must be of type uint8, but was …."] = () => OfFit((x, _, _) => _ = new ImageDataset(x, np.arange(4), 4)),
        ["Sequential: validationSplit must leave at least one of the … samples on either side, but was …."] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, validationSplit: 0.9)),

        // Order of calls
        ["Sequential: Fit must come after Compile."] = () => Message(() => TinyTask.Model().Fit(TinyTask.Images(4), verbose: 0)),
        ["Sequential: SaveWeights must come after the model is built."] = () => Message(() => new Sequential(new Dense(1)).SaveWeights("weights.npz")),
        ["Conv2D: '…' was built for …, but is now given …. Make a new layer."] = () => Message(() =>
        {
            var layer = new Conv2D(2, 3);
            layer.Build((6, 6, 2));
            layer.Build((6, 6, 3));
        }),
        ["Sequential: the layer '…' is in it already. Make a new layer."] = () => Message(() =>
        {
            var layer = new Dense(2);
            _ = new Sequential(2, layer, layer);
        }),
        ["Sequential: Fit was called by a callback of a running Fit."] = () => DuringFit((_, fit) => Message(fit)),
        ["Sequential: Fit is running on another thread."] = () => DuringFit((_, fit) => OnOtherThread(fit)),
        ["Sequential: Compile must wait until Fit on another thread has returned."] = () => DuringFit((model, _) => OnOtherThread(() => Compiled(model))),
        ["Sequential: Compile was called by a callback of a running Fit, Evaluate or Predict."] = () => DuringFit((model, _) => Message(() => Compiled(model))),
        ["Sequential: the model was disposed."] = () => OfFit((x, _, model) =>
        {
            model.Dispose();
            model.Predict(x);
        }),
        ["Sequential: layer must not be the model itself or a model that holds it, but was '…'."] = () => OfFit((_, _, model) => model.Add(model)),
        ["SGD: … must be among the … weights of the first step, but was not. Compile with a new optimizer."] = () => Message(() =>
        {
            var optimizer = new SGD();
            foreach (Sequential model in new[] { TinyTask.Model(), TinyTask.Model() })
            {
                model.Compile(optimizer, new CategoricalCrossentropy());
                model.Fit(TinyTask.Images(4), verbose: 0);
            }
        }),

        // Training
        ["loss: nan"] = () => Printed(output => OfFit((x, y, model) => model.Fit(x * float.NaN, y, verbose: 2, callbacks: [new ProgbarLogger(output)])), from: "loss: "),
        ["Batch …: Invalid loss, terminating training"] = () => Printed(output => OfFit((x, y, model) => model.Fit(x * float.NaN, y, verbose: 0, callbacks: [new TerminateOnNaN(output)]))),
        ["Sequential: x must be finite, but was … in row …."] = () => OfFit((x, y, model) => model.Fit(x * float.NaN, y, verbose: 0, checkFinite: true)),
        ["EarlyStopping: monitor must be one of …, but was 'val_loss'. Give Fit validation data, or monitor a value of training."] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, callbacks: [new EarlyStopping()])),
        ["EarlyStopping: mode must be Min or Max for a monitor that is neither loss nor a metric of Compile, but was Auto for '…'."] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, validationSplit: 0.5, callbacks: [new EarlyStopping("val_acc"), new LambdaCallback()])),
        ["EarlyStopping: monitor must be one of …, but was 'val_acc'. Did you mean 'val_accuracy'?"] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, validationSplit: 0.5, callbacks: [new EarlyStopping("val_acc")])),
        ["Sequential: images should be scaled once, but are 0 .. 1 already when the layer '…' multiplies them by …."] = () => ConsoleError.Capture(() => Compiled(new Sequential((6, 6, 2), new Rescaling(1 / 255.0), new Flatten(), new Dense(3, ActivationFunction.Softmax))).Fit(TinyTask.Images(4), verbose: 0)),
        ["Sequential: images should be scaled as in training, but were … there and are … here."] = () => ConsoleError.Capture(() => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, callbacks: [new LambdaCallback(onTrainEnd: (_, _) => model.Predict(x * 255f))]))),
        ["CategoricalCrossentropy with fromLogits: true should be given logits, but the model ends with Softmax, whose output is probabilities."] = () => From("CategoricalCrossentropy", ConsoleError.Capture(() => OfFit((x, y, model) => model.Fit(x, y, verbose: 0), new CategoricalCrossentropy(fromLogits: true)))),
        ["Sequential: validationSplit takes the last rows, and all … of them are of class …."] = () => ConsoleError.Capture(() => Compiled(TinyTask.Model()).Fit(new ImageDataset(TinyTask.Images(20).Images, np.array(Enumerable.Range(0, 20).Select(i => i / 10).ToArray()), TinyTask.Classes), verbose: 0, validationSplit: 0.4)),
        ["ReduceLROnPlateau: the optimizer's learning rate must be a number, but was a …."] = () => OfFit((x, y, model) =>
        {
            model.Compile(new SGD(new ExponentialDecay(0.1, 10, 0.9)), new CategoricalCrossentropy());
            model.Fit(x, y, verbose: 0, callbacks: [new ReduceLROnPlateau("loss")]);
        }),
        ["Model: precision should be Auto or Float32 on this processor, but was MixedBFloat16, for which torch has no fast instructions here"] = () => Printed(output => new BFloat16Support(new TorchInstructions(new ProcessorFeatures(), _ => null), () => output).Resolve(DTypePolicy.MixedBFloat16, torch.CPU)),
        ["Model: ONEDNN_MAX_CPU_ISA must be one of …, but was '…', which oneDNN ignores."] = () => Printed(output => new BFloat16Support(new TorchInstructions(ProcessorFeatures.FromLeaf7(0, 0), name => name == "ONEDNN_MAX_CPU_ISA" ? "AVX3" : null), () => output).Resolve(DTypePolicy.Float32, torch.CPU)),
        ["DefaultCPUAllocator: … memory"] = () => From("DefaultCPUAllocator: ", Message(() => torch.empty(1L << 50).Dispose())),

        // Going on with a run
        ["BackupAndRestore: resuming at epoch …, step … from …."] = () => Printed(output => GoingOn(output: output)),
        ["BackupAndRestore: … must be …, as in the backup '…', but was …."] = () => GoingOn(batchSize: 24),
        ["BackupAndRestore: backupDir must be the folder of one run, but another run is using '…'."] = () => InFolder(folder =>
        {
            string message = "";
            using Sequential model = TinyTask.Compiled();
            var second = new LambdaCallback(onTrainBegin: _ => message = Message(() => TinyTask.Compiled().Fit(TinyTask.Images(), verbose: 0, callbacks: [new BackupAndRestore(folder.File("run"))])));
            model.Fit(TinyTask.Images(), verbose: 0, callbacks: [second, new BackupAndRestore(folder.File("run"))]);
            return message;
        }),
        ["BackupAndRestore: callbacks must hold …, as in the backup '…', but did not."] = () => GoingOn(before: [new EarlyStopping("loss", patience: 9)]),
        ["BackupAndRestore: backupDir must hold a whole backup, but all … in '…' are damaged"] = () => GoingOn(spoil: folder => Array.ForEach(Directory.GetFiles(folder), file => File.WriteAllText(file, "torn"))),

        // Model files
        ["Model: there is no file …."] = () => Message(() => Sequential.Load("nowhere.keras")),
        ["AtomicFile: the folder of '…' must exist, but '…' does not. Create it first."] = () => InFolder(folder => Message(() => TinyTask.Model().Save(folder.File(Path.Combine("runs", "model.keras"))))),
        ["Model: path must end with …, but was '…'."] = () => Message(() => TinyTask.Model().Save("model.bin")),
        ["Model: path must be that of a whole model, but was '…', whose extension is for weights only."] = () => Message(() => TinyTask.Model().Save("model.weights.h5")),
        ["Model: … must be the file of a whole model, but has no model_config."] = () => InFolder(folder => Message(() =>
        {
            TinyTask.Model().SaveWeights(folder.File("weights.h5"));
            Sequential.Load(folder.File("weights.h5"));
        })),
        ["KerasArchive: … must be a whole zip archive, but could not be read:"] = () => InFolder(folder => Message(() => Sequential.Load(NewFile(folder, "model.keras")))),
        ["Hdf5Reader: … must be a whole HDF5 file"] = () => InFolder(folder => Message(() => Sequential.Load(NewFile(folder, "model.h5")))),
        ["Model: config.json of … must describe a model of known parts, but: … '…': there is no layer of this class."] = () => OfKerasFile(new Sequential((6, 6, 2), new LearnedSwish())),
        ["Model: config.json of … must describe a model of known parts, but: There is no loss …."] = () => OfKerasFile(Compiled(TinyTask.Model(), new FocalLoss())),
        ["Sequential: … must hold a Sequential, but holds a functional model. Use Model.Load."] = () => InFolder(folder => Message(() =>
        {
            KerasTensor x = Keras.Input(4, "x");
            new Model(x, new Dense(2).Call(x)).Save(folder.File("model.keras"));
            Sequential.Load(folder.File("model.keras"));
        })),
        ["Model: … must have the shape …, but was …. Load it into a model of the same layers."] = () => InFolder(folder => Message(() =>
        {
            new Sequential((6, 6, 2), new Conv2D(4, 3)).SaveWeights(folder.File("weights.npz"));
            new Sequential((6, 6, 2), new Conv2D(5, 3)).LoadWeights(folder.File("weights.npz"));
        })),
        ["TorchModuleLayer: '…' holds a TorchSharp module, which has no config, so the model cannot be saved as a whole."] = () => OfKerasFile(new Sequential(2, new TorchModuleLayer(torch.nn.Linear(2, 2)))),
        ["Conv2D: '…' cannot be exported to TensorFlow.js: …."] = () => InFolder(folder => Message(() => new Sequential((6, 6, 2), new Conv2D(2, 3, padding: Padding.Same, groups: 2)).ExportTensorFlowJs(folder.File("web")))),

        // Pictures drawn
        ["PlotFile: path must end in .png or .svg, but ends in '…': '…'."] = () => Message(() => ImageGrid.Save("images.jpg", np.zeros(new Shape(1, 4, 4, 3), typeof(byte)))),
        ["HistoryPlot: the history must have an epoch with a loss or a metric, but has none. Train first."] = () => OfFit((x, y, model) => model.Fit(x, y, verbose: 0, cancellationToken: new CancellationToken(canceled: true)).SavePlot("training.png")),
        ["ImageGrid: images of floats must be from 0 to 1, but was …."] = () => OfFit((x, _, _) => ImageGrid.Save("images.png", x[":,:,:,0:1"] * 255f)),
    };

    private static string Message(Action action) => Record.Exception(action)?.Message ?? "";

    private static string From(string text, string message) => message[Math.Max(0, message.IndexOf(text, StringComparison.Ordinal))..];

    private static string Printed(Action<TextWriter> action, string from = "")
    {
        using var output = new StringWriter();
        action(output);
        return From(from, output.ToString());
    }

    private static string InFolder(Func<TemporaryFolder, string> use)
    {
        using var folder = new TemporaryFolder();
        return use(folder);
    }

    private static string NewFile(TemporaryFolder folder, string name)
    {
        File.WriteAllText(folder.File(name), "neither picture nor model");
        return folder.File(name);
    }

    private static ArchiveDownload Download(Uri address) => new(address, "0", TimeSpan.FromSeconds(5), long.MaxValue, TimeSpan.Zero);

    private static string OfCifar(Action<string> spoil)
    {
        using var cifar = new TinyCifar();
        spoil(Path.Combine(cifar.Folder, "data_batch_3.bin"));
        return Message(() => Cifar10Dataset.Load(cifar.Folder));
    }

    private static string OfPictures(int count, int size) => InFolder(folder =>
    {
        Directory.CreateDirectory(folder.File("ant"));
        for (int i = 0; i < count; i++)
            NewFile(folder, Path.Combine("ant", $"{i}.png"));
        return Message(() => ImageDataset.FromFolder(folder.Path, size));
    });

    private static string OfPictureFolder(Action<PictureFolder> spoil)
    {
        using var folder = new PictureFolder();
        folder.Add("a/1.png", 0);
        spoil(folder);
        return ConsoleError.Capture(() => ImageDataset.FromFolder(folder.Path, 2));
    }

    private static string OfOneUnit(ActivationFunction activation) =>
        Message(() => Compiled(new Sequential((6, 6, 2), new Flatten(), new Dense(1, activation))).Fit(TinyTask.Images(4), verbose: 0));

    private static Sequential Compiled(Sequential model, Loss? loss = null)
    {
        model.Compile(new SGD(0.1), loss ?? new CategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }

    private static string OfFit(Action<NDArray, NDArray, Sequential> fit, Loss? loss = null)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(4);
        using Sequential model = Compiled(new Sequential((6, 6, 2), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax)), loss);
        return Message(() => fit(x, y, model));
    }

    private static string OnOtherThread(Action action)
    {
        string message = "";
        var other = new Thread(() => message = Message(action));
        other.Start();
        other.Join();
        return message;
    }

    private static string DuringFit(Func<Sequential, Action, string> act)
    {
        string message = "";
        OfFit((x, y, model) => model.Fit(x, y, verbose: 0, callbacks: [new LambdaCallback(onTrainBegin: _ => message = act(model, () => model.Fit(x, y, verbose: 0)))]));
        return message;
    }

    private static string GoingOn(int batchSize = 16, Callback[]? before = null, Action<string>? spoil = null, TextWriter? output = null) => InFolder(folder =>
    {
        using Sequential first = TinyTask.Compiled();
        using Sequential second = TinyTask.Compiled();
        first.Fit(TinyTask.Images(), batchSize: 16, verbose: 0, callbacks: [.. before ?? [], new BackupAndRestore(folder.Path, deleteCheckpoint: false)]);
        spoil?.Invoke(folder.Path);
        return Message(() => second.Fit(TinyTask.Images(), batchSize, epochs: 2, verbose: 2, callbacks: [new ProgbarLogger(TextWriter.Null), new BackupAndRestore(folder.Path, deleteCheckpoint: false, output: output ?? TextWriter.Null)]));
    });

    private static string OfKerasFile(Sequential model, string member = "config.json", Action<JsonObject>? change = null) => InFolder(folder => Message(() =>
    {
        string path = folder.File("model.keras");
        model.Save(path);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = archive.GetEntry(member)!;
            JsonObject json;
            using (Stream stream = entry.Open())
                json = JsonNode.Parse(stream)!.AsObject();
            entry.Delete();
            change?.Invoke(json);
            using var writer = new StreamWriter(archive.CreateEntry(member, CompressionLevel.NoCompression).Open());
            writer.Write(json.ToJsonString());
        }

        Sequential.Load(path).Dispose();
    }));
}
