using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>What is saved here has, key by key, the layout of Keras' own files.</summary>
public sealed class SaveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("alexnet_small")]
    [InlineData("alexnet_small_adam_2epochs")]
    public void SaveKeras_ModelOfKeras_HasTheSameTree(string name)
    {
        string path = Resave($"saved/{name}.keras", ".keras");

        Assert.Equal(Hdf5Tree.Recorded(GoldenCase.Locate($"saved/{name}.keras.tree.txt")), Hdf5Tree.Of(KerasFiles.Member(path, "model.weights.h5")));
    }

    [Fact]
    public void Save_LayerNamedAsAGroupOfH5_IsRefusedThereOnly()
    {
        using var model = new Sequential(2, new Dense(1, name: "top_level_model_weights"));

        var error = Assert.Throws<ArgumentException>(() => model.Save(_folder.File("m.h5")));
        model.Save(_folder.File("m.keras"));

        Assert.Contains("no layer may be named 'top_level_model_weights'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["m.keras"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void SaveWeightsH5_ModelOfKeras_HasTheSameTree()
    {
        string path = Resave("saved/alexnet_small.keras", ".weights.h5");

        Assert.Equal(Hdf5Tree.Recorded(GoldenCase.Locate("saved/alexnet_small.weights.h5.tree.txt")), Hdf5Tree.Of(File.OpenRead(path)));
    }

    [Theory]
    [InlineData("saved/alexnet_small.h5")]
    [InlineData("saved/alexnet_small_adam_2epochs.h5")]
    public void SaveH5_ModelOfKeras_HasTheSameTree(string original)
    {
        string path = Resave(original, ".h5");

        Assert.Equal(Hdf5Tree.Of(File.OpenRead(GoldenCase.Locate(original))), Hdf5Tree.Of(File.OpenRead(path)));
    }

    [Fact]
    public void SaveH5_ModelOfKeras_HasTheRecordedTree()
    {
        string path = Resave("saved/alexnet_small.h5", ".h5");

        Assert.Equal(Hdf5Tree.Recorded(GoldenCase.Locate("saved/alexnet_small.h5.tree.txt")), Hdf5Tree.Of(File.OpenRead(path)));
    }

    [Fact]
    public void SaveKeras_ModelThatEveryKerasReads_HasTheSameConfig()
    {
        string path = Resave("saved/versions/alexnet_small_compat.keras", ".keras");

        KerasFiles.AssertSame(KerasFiles.Config(GoldenCase.Locate("saved/versions/alexnet_small_compat.keras")), KerasFiles.Config(path));
    }

    [Fact]
    public void SaveH5_ModelOfKeras33_HasTheSameConfigs()
    {
        string original = GoldenCase.Locate("saved/versions/alexnet_small_v3.3.3.h5");
        string path = Resave("saved/versions/alexnet_small_v3.3.3.h5", ".h5");

        KerasFiles.AssertSame(KerasFiles.LegacyConfig(original, "model_config"), KerasFiles.LegacyConfig(path, "model_config"));
        KerasFiles.AssertSame(KerasFiles.LegacyConfig(original, "training_config"), KerasFiles.LegacyConfig(path, "training_config"));
    }

    [Fact]
    public void SaveKeras_AnyModel_IsAZipOfStoredMembersInKerasOrder()
    {
        string path = Resave("saved/alexnet_small.keras", ".keras");

        using ZipArchive archive = ZipFile.OpenRead(path);
        Assert.Equal(["metadata.json", "config.json", "model.weights.h5"], archive.Entries.Select(entry => entry.FullName));
        Assert.All(archive.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        JsonNode metadata = JsonNode.Parse(new StreamReader(archive.Entries[0].Open()).ReadToEnd())!;
        Assert.Equal(["keras_version", "date_saved"], metadata.AsObject().Select(member => member.Key));
        Assert.Matches(@"^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$", metadata["date_saved"]!.GetValue<string>());
    }

    [Fact]
    public void Save_WholeRealNumber_KeepsItsPoint()
    {
        // Keras' SGD refuses a momentum of 0 where it takes one of 0.0.
        string path = Resave("saved/alexnet_small.keras", ".keras");
        string config = new StreamReader(KerasFiles.Member(path, "config.json")).ReadToEnd();

        Assert.Contains("\"momentum\":0.0,", config, StringComparison.Ordinal);
        Assert.Contains("\"filters\":8,", config, StringComparison.Ordinal);
        using Sequential model = Sequential.Load(path);
        Assert.Contains("\"momentum\":0.0,", model.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Save_AdamAfterTwoEpochs_LoadsWithTheSameState(string ending)
    {
        using Sequential first = Sequential.Load(GoldenCase.Locate("saved/alexnet_small_adam_2epochs.keras"));
        string path = _folder.File("again" + ending);
        first.Save(path);

        using Sequential second = Sequential.Load(path);

        IReadOnlyList<(string Path, NDArray Value)> expected = first.Optimizer!.GetState();
        IReadOnlyList<(string Path, NDArray Value)> found = second.Optimizer!.GetState();
        Assert.Equal(expected.Select(variable => variable.Path), found.Select(variable => variable.Path));
        for (int i = 0; i < expected.Count; i++)
            Near.Absolute(expected[i].Value, found[i].Value, 0, expected[i].Path);
        for (int i = 0; i < first.Weights.Count; i++)
            Near.Absolute(first.Weights[i].ToArray(), second.Weights[i].ToArray(), 0, first.Weights[i].Path);
    }

    [Theory]
    [InlineData("model.pb", "Model: path must end with .keras or .h5, but was 'model.pb'.")]
    [InlineData("model.weights.h5", "Model: path must be that of a whole model, but was 'model.weights.h5', whose extension is for weights only. Use SaveWeights.")]
    public void Save_OtherEnding_SaysWhichAreOffered(string path, string message)
    {
        using Sequential model = SmallAlexNet.Create();

        var error = Assert.Throws<ArgumentException>(() => model.Save(path));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SaveWeights_OtherEnding_SaysWhichAreOffered()
    {
        using Sequential model = SmallAlexNet.Create();

        var error = Assert.Throws<ArgumentException>(() => model.SaveWeights("weights.pt"));

        Assert.StartsWith("Model: path must end with .weights.h5, .h5, .npz or .safetensors, but was 'weights.pt'.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    public void Save_ModelNotBuilt_SaysSo(string path)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Sequential(new CifarVision.Layers.Dense(2)).Save(_folder.File(path)));

        Assert.StartsWith("Sequential: Save must come after the model is built.", error.Message, StringComparison.Ordinal);
    }

    private string Resave(string original, string ending)
    {
        using Sequential model = Sequential.Load(GoldenCase.Locate(original));
        string path = _folder.File("again" + ending);
        if (ending == ".weights.h5")
            model.SaveWeights(path);
        else
            model.Save(path);
        return path;
    }
}
