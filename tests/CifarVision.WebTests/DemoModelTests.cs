using BrowserDemo;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.WebTests;

/// <summary>The models that the sample BrowserDemo takes.</summary>
public sealed class DemoModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_MissingFolder_Throws() =>
        Assert.Contains("--model must be a model file, or a folder with model.keras, but", Assert.Throws<FileNotFoundException>(() => DemoModel.Load(_folder.File("nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_EmptyFolder_NamesTheFileThatIsMissing() =>
        Assert.Contains("model.keras", Assert.Throws<FileNotFoundException>(() => DemoModel.Load(_folder.Path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_DamagedModel_Throws()
    {
        Save(new Dense(3, ActivationFunction.Softmax));
        byte[] whole = File.ReadAllBytes(_folder.File("model.keras"));
        File.WriteAllBytes(_folder.File("model.keras"), whole[..(whole.Length / 2)]);

        Assert.Contains("model.keras", Assert.Throws<InvalidDataException>(() => DemoModel.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LogitsAtTheEnd_Throws()
    {
        Save(new Dense(3));

        Assert.Contains("must end with a softmax or a sigmoid", Assert.Throws<InvalidDataException>(() => DemoModel.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GrayPictures_Throws()
    {
        using var model = new Sequential((4, 4, 1), new Flatten(), new Dense(3, ActivationFunction.Softmax));
        model.Save(_folder.File("model.keras"));

        Assert.Contains("must be a model that takes color pictures", Assert.Throws<InvalidDataException>(() => DemoModel.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat\ndog\n", "must have a line for each of the model's 3 classes, but has 2")]
    [InlineData("cat\ndog\ncat\n", "must have different names")]
    public void Load_ClassNamesThatDoNotFit_Throw(string names, string message)
    {
        Save(new Dense(3, ActivationFunction.Softmax));
        File.WriteAllText(_folder.File("classes.txt"), names);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => DemoModel.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_OneSigmoid_IsTheProbabilityOfTheSecondClass()
    {
        Save(new Dense(1, ActivationFunction.Sigmoid));
        using DemoModel model = DemoModel.Load(_folder.Path, raw: true);
        NDArray picture = np.arange(48).reshape(4, 4, 3).astype(np.uint8);

        float[] answer = Assert.Single(model.Classify([picture]));

        float second = model.Model.Predict(np.expand_dims(picture, 0)).ToArray<float>()[0];
        Assert.Equal(["class 0", "class 1"], model.Classes);
        Assert.Equal([1 - second, second], answer);
    }

    [Fact]
    public void Page_OfModelThatTensorFlowJsDoesNotKnow_SaysWhy()
    {
        Save(new LocalResponseNormalization(), new Dense(3, ActivationFunction.Softmax));
        using DemoModel model = DemoModel.Load(_folder.Path);

        DemoPage page = DemoPage.Write(model, _folder.Path);

        Assert.Contains("LocalResponseNormalization", page.ExportError, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(page.Folder, "network.svg")));
    }

    private void Save(params Layer[] last)
    {
        using var model = new Sequential((4, 4, 3), [.. last[..^1], new Flatten(), last[^1]]);
        model.Save(_folder.File("model.keras"));
    }
}
