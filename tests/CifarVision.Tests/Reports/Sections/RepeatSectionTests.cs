using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Reports.Sections;

public class RepeatSectionTests
{
    [Fact]
    public void Program_OfThePage_GivesTheSameRun()
    {
        SyntheticImages images = SyntheticImages.Create(train: 200, test: 1);
        TorchRuntime.SetSeed(3);
        using Sequential model = LeNetBuilder.Create(images.Train.ImageShape, 10);
        model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()]);
        string json = model.ToJson();
        TrainingHistory first = model.Fit(images.Train, batchSize: 50, epochs: 2, verbose: 0);

        TorchRuntime.SetSeed(3);
        using Model again = Model.FromJson(json);
        TrainingHistory second = again.Fit(images.Train, batchSize: 50, epochs: 2, verbose: 0);

        Assert.Equal(first.History["loss"], second.History["loss"]);
    }
}
