using CifarVision.Models;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnCallbackTests
{
    [Fact]
    public void Fit_OwnCallback_SeesEpochsFiguresAndParameters()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using Sequential model = TinyTask.Compiled();
        model.Fit(
            TinyTask.Images(), epochs: 5, verbose: 0, callbacks: [new PrintEvery(2, output)], validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);
        string[] lines = output.ToString().TrimEnd().Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^epoch 2 of 5 - accuracy: \d\.\d{4} - loss: \d+\.\d{4} - val_accuracy: \d\.\d{4} - val_loss: \d+\.\d{4}$", lines[0]);
        Assert.StartsWith("epoch 4 of 5 - ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptedFigures_DecimalCommaCulture_HavePoints()
    {
        using var culture = new CultureScope("de-DE");
        using var output = new StringWriter { NewLine = "\n" };
        new ScriptedRun(new PrintEvery(1, output)) { Epochs = 1 }.Fit("loss", 1.25);

        Assert.Equal("epoch 1 of 1 - loss: 1.2500\n", output.ToString());
    }
}
