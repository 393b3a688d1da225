using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

/// <summary>The examples of docs/datasets.md.</summary>
public class DatasetExampleTests
{
    [Fact]
    public void Cifar10_TwoWays_GiveTheSameImages()
    {
        using var cifar = new TinyCifar(records: 10);
        string path = cifar.Root;

        #region cifar
        // Bytes, scaled to 0 .. 1 batch by batch, labels in the form the loss wants: the fast way.
        Cifar10Dataset data = Cifar10Dataset.Load(path);
        (ImageDataset train, ImageDataset validation) = data.Train.Split(0.1);

        // NumSharp arrays, as keras.datasets.cifar10.load_data() gives them.
        var ((xTrain, yTrain), (xTest, yTest)) = Cifar10Dataset.LoadData(path);
        xTrain = xTrain.astype(np.float32) / 255f;
        yTrain = Labels.ToCategorical(yTrain, 10);
        #endregion

        Assert.Equal((45, 5), (train.Count, validation.Count));
        Assert.Equal([50L, 10], yTrain.shape);
        Assert.Equal((10, 10), ((int)xTest.shape[0], (int)yTest.shape[0]));
        using var scope = torch.NewDisposeScope();
        Assert.Equal(xTrain.ToArray<float>()[..3072], train.ToBatches(oneHot: true).Batch([0], torch.CPU).X[0].data<float>().ToArray());
    }

    [Fact]
    public void OwnArrays_BecomeADataset()
    {
        #region own
        NDArray images = np.zeros(new Shape(200, 48, 64, 3), typeof(byte));     // (N, H, W, C), 0 .. 255
        NDArray labels = np.arange(200) % 4;                                   // (N,) or (N, 1), any integer type, from 0

        var data = new ImageDataset(images, labels, classCount: 4);
        #endregion

        Assert.Equal((48, 64, 3), data.ImageShape);
        Assert.Equal(4, data.ClassCount);
    }

    [Fact]
    public void OwnPictures_AFolder_TrainsAndClassifies()
    {
        using var console = new QuietConsole();
        using var folder = new TemporaryFolder();
        SyntheticImages drawn = SyntheticImages.Create(train: 40, test: 1);
        SavePictures(drawn, folder);
        string path = folder.Path;
        string file = folder.File("disc.png");
        ImageFile.Save(file, drawn.Test.Images[0]);

        #region pictures
        ImageFolder data = ImageDataset.FromFolder(path, size: (64, 64), validationSplit: 0.2);

        Sequential model = LeNetBuilder.Create(data.Train.ImageShape, data.ClassNames.Count);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(data.Train, epochs: 2, validationData: data.Validation);

        NDArray image = ImageFile.Load(file, size: (64, 64));                                        // (64, 64, 3), 0 .. 255
        NDArray probabilities = model.Predict(np.expand_dims(image, 0).astype(np.float32) / 255f);   // scaled as in training
        string name = data.ClassNames[(int)np.argmax(probabilities)];
        #endregion

        Assert.Equal((32, 8), (data.Train.Count, data.Validation!.Count));
        Assert.Contains(name, drawn.ClassNames);
        model.Dispose();
    }

    [Fact]
    public void OwnPictures_DecodedFromDisk_Train()
    {
        using var console = new QuietConsole();
        using var folder = new TemporaryFolder();
        SyntheticImages drawn = SyntheticImages.Create(train: 40, test: 1);
        SavePictures(drawn, folder);
        string path = folder.Path;
        using Sequential model = LeNetBuilder.Create((64, 64, 3), drawn.ClassNames.Count);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);

        #region streamed
        ImageFolder data = ImageDataset.FromFolder(path, size: (64, 64), validationSplit: 0.2, cache: false);
        model.Fit(data.Train, epochs: 2, validationData: data.Validation);
        #endregion

        Assert.Equal((32, 8), (data.Train.Count, data.Validation!.Count));
        Assert.Equal(2, model.Optimizer!.Iterations);
        Assert.Throws<InvalidOperationException>(() => data.Train.Images);
    }

    private static void SavePictures(SyntheticImages drawn, TemporaryFolder folder)
    {
        for (int i = 0; i < drawn.Train.Count; i++)
        {
            string className = folder.File(drawn.ClassNames[drawn.Train.Labels.GetByte(i, 0)]);
            Directory.CreateDirectory(className);
            ImageFile.Save(Path.Combine(className, FormattableString.Invariant($"{i}.png")), drawn.Train.Images[i]);
        }
    }
}
