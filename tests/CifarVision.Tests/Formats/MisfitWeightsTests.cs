using System.Text;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Weights that do not fit, or are not there, in every format: one error that names file and weight, and the model stays as it was.</summary>
public sealed class MisfitWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> AllFormats => [".keras", ".h5", ".weights.h5", ".npz", ".safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_Truncated_IsAnErrorThatNamesTheFileAndChangesNothing(string ending)
    {
        using Sequential model = SmallAlexNet.Create();
        string path = _folder.File("weights" + ending);
        Save(model, path);
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 7, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertUnchangedBy(model, path, $"{path} must be a");
        }
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_LastLayerOfAnotherShape_NamesBothShapesAndChangesNothing(string ending)
    {
        using var saved = new Sequential(3, new Dense(4), new Dense(2));
        using var model = new Sequential(3, new Dense(4), new Dense(5));
        string path = _folder.File("weights" + ending);
        Save(saved, path);

        InvalidDataException error = AssertUnchangedBy(model, path, "must have the shape (4, 5), but was (4, 2). Load it into a model of the same layers.");
        Assert.Contains("sequential/dense_1/kernel", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".weights.h5", "layers/dense_1/vars/0 (sequential/dense_1/kernel)")]
    [InlineData(".npz", "sequential/dense_1/kernel")]
    [InlineData(".safetensors", "sequential/dense_1/kernel")]
    public void LoadWeights_LayerMissing_NamesIt(string ending, string key)
    {
        using var saved = new Sequential(3, new Dense(4));
        using var model = new Sequential(3, new Dense(4), new Dense(5));
        string path = _folder.File("weights" + ending);
        saved.SaveWeights(path);

        AssertUnchangedBy(model, path, $"Model: {path} must hold {key}, but holds ");
    }

    [Theory]
    [InlineData(".weights.h5", "also holds layers/dense_1/vars/0.")]
    [InlineData(".npz", "also holds sequential/dense_1/kernel.")]
    [InlineData(".safetensors", "also holds sequential/dense_1/kernel.")]
    [InlineData(".h5", "must hold the weights of 1 layers (dense), but holds those of 2 (")]
    public void LoadWeights_LayerTooMuch_NamesIt(string ending, string message)
    {
        using var saved = new Sequential(3, new Dense(4), new Dense(5));
        using var model = new Sequential(3, new Dense(4));
        string path = _folder.File("weights" + ending);
        saved.SaveWeights(path);

        AssertUnchangedBy(model, path, message);
    }

    [Theory]
    [InlineData(".weights.h5", "must hold only the 1 weights of sequential/dense, but also holds layers/dense/vars/1.")]
    [InlineData(".npz", "must hold only the 1 weights of sequential/dense, but also holds sequential/dense/bias.")]
    [InlineData(".h5", "must hold 1 weights for sequential/dense, but holds 2 in dense.")]
    public void LoadWeights_WeightTooMuch_NamesIt(string ending, string message)
    {
        using var saved = new Sequential(3, new Dense(4));
        using var model = new Sequential(3, new Dense(4, useBias: false));
        string path = _folder.File("weights" + ending);
        saved.SaveWeights(path);

        AssertUnchangedBy(model, path, message);
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_NoFile_NamesItsFullPath(string ending)
    {
        using var model = new Sequential(3, new Dense(4));
        string path = _folder.File("none" + ending);

        var error = Assert.Throws<FileNotFoundException>(() => model.LoadWeights(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.FileName);
    }

    [Fact]
    public void LoadWeightsH5_FileOfTheNewerLayout_SaysSo()
    {
        using Sequential model = SmallAlexNet.Create();
        string path = _folder.File("x.weights.h5");
        model.SaveWeights(path);
        File.Move(path, _folder.File("x.h5"));

        AssertUnchangedBy(model, _folder.File("x.h5"), "must hold layer_names as legacy files of Keras do, but does not. Files of Keras 3's layout end with .weights.h5.");
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Save_FolderMissing_LeavesNothing(string ending)
    {
        using var model = new Sequential(3, new Dense(4));
        string path = Path.Combine(_folder.Path, "none", "model" + ending);

        Assert.Throws<DirectoryNotFoundException>(() => Save(model, path));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Save_OverAnOldFile_ReplacesItWhole(string ending)
    {
        using var model = new Sequential(3, new Dense(4));
        string path = _folder.File("model" + ending);
        File.WriteAllBytes(path, Encoding.ASCII.GetBytes(new string('x', 100_000)));

        Save(model, path);
        model.LoadWeights(path);

        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    private static void Save(Sequential model, string path)
    {
        if (path.EndsWith(".keras", StringComparison.Ordinal))
            model.Save(path);
        else
            model.SaveWeights(path);
    }

    private static InvalidDataException AssertUnchangedBy(Sequential model, string path, string message)
    {
        IReadOnlyList<NDArray> before = model.GetWeights();
        var error = Assert.Throws<InvalidDataException>(() => model.LoadWeights(path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        foreach ((NDArray expected, NDArray found) in before.Zip(model.GetWeights()))
            Near.Absolute(expected, found, 0);
        return error;
    }
}
