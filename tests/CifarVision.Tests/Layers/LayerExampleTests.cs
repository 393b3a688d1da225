using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

/// <summary>The examples of docs/augmentation.md and docs/layers.md.</summary>
public class LayerExampleTests
{
    [Fact]
    public void Augmentation_AtTheFrontOfAModel_ActsInTrainingOnly()
    {
        #region augmentation
        using var model = new Sequential(
            inputShape: (32, 32, 3),
            new RandomFlip(FlipMode.Horizontal),
            new RandomTranslation(4 / 32.0, 4 / 32.0, FillMode.Constant, Interpolation.Nearest),
            new RandomErasing(factor: (0.5, 0.5), valueRange: (0, 1)),
            new Conv2D(96, 3, padding: Padding.Same, activation: ActivationFunction.Relu));
        #endregion

        NDArray x = np.array(NaiveImages.Different(4, 32, 32, 3));
        Assert.Equal([4L, 32, 32, 96], model.Call(x, training: true).shape);
        Near.Absolute(model.Call(x), model.Call(x), 0);
        Assert.False(np.array_equal(model.Call(x, training: true), model.Call(x, training: true)));
    }

    [Fact]
    public void Augmentation_BlockOfKerasGuides_IsAModelToo()
    {
        #region tutorial
        using var augmentation = new Sequential(
            new RandomFlip(FlipMode.Horizontal),
            new RandomRotation(0.1),
            new RandomZoom(0.1));
        using var model = new Sequential(
            inputShape: (96, 128, 3),
            new Resizing(64, 64, cropToAspectRatio: true),
            augmentation,
            new Rescaling(1 / 255.0),
            new Conv2D(32, 3, activation: ActivationFunction.Relu));
        #endregion

        NDArray x = np.array(NaiveImages.Different(2, 96, 128, 3));
        Assert.Equal([2L, 62, 62, 32], model.Call(x, training: true).shape);
        Near.Absolute(model.Call(x), model.Call(x), 0);
        Assert.False(np.array_equal(model.Call(x, training: true), model.Call(x, training: true)));
    }

    [Fact]
    public void Normalization_ByMeanAndVariance_OrByData()
    {
        NDArray xTrain = np.array(NaiveImages.Different(16, 4, 4, 3));

        #region normalization
        var known = new Normalization(mean: [0.4914, 0.4822, 0.4465], variance: [0.0610, 0.0593, 0.0684]);

        var learned = new Normalization();
        learned.Adapt(xTrain);
        #endregion

        var moments = Moments.Of(learned.Call(xTrain));
        Assert.Equal((0, 1), (moments.Mean, moments.Deviation), (wanted, found) => Math.Abs(wanted.Item1 - found.Item1) < 1e-5 && Math.Abs(wanted.Item2 - found.Item2) < 1e-5);
        Assert.Equal(0f, known.Call(np.array(new[] { 0.4914f, 0.4822f, 0.4465f }).reshape(1, 1, 1, 3)).ToArray<float>().Max(Math.Abs), 1e-6f);
    }

    [Fact]
    public void FunctionalBlocks_WithAShortcut_KeepOrChangeTheShape()
    {
        #region residual
        static KerasTensor Block(KerasTensor x, int filters, int strides = 1)
        {
            KerasTensor y = new Conv2D(filters, 3, strides, Padding.Same, useBias: false).Call(x);
            y = new ReLU().Call(new BatchNormalization().Call(y));
            y = new Conv2D(filters, 3, padding: Padding.Same, useBias: false).Call(y);
            y = new BatchNormalization().Call(y);
            KerasTensor shortcut = strides == 1 ? x : new Conv2D(filters, 1, strides, useBias: false).Call(x);
            return new ReLU().Call(new Add().Call(y, shortcut));
        }

        KerasTensor input = Keras.Input((32, 32, 16));
        using var model = new Model(input, Block(Block(input, 16), 32, strides: 2));
        #endregion

        Assert.Equal((16, 16, 32), model.OutputShape);
        Assert.Equal((16, 16, 32), model.GetLayer("add_1").OutputShape);
    }

    [Fact]
    public void TorchModule_InAModel_TrainsWithIt()
    {
        #region torch-module
        using var model = new Sequential(
            (32, 32, 3),
            new TorchModuleLayer(torch.nn.Conv2d(3, 8, kernel_size: 3), dataFormat: DataFormat.ChannelsFirst),
            new GlobalAveragePooling2D(),
            new Dense(10, ActivationFunction.Softmax));
        #endregion

        Assert.Equal((30, 30, 8), model.GetLayer("torch_module_layer").OutputShape);
        Assert.Equal((3 * 3 * 3 * 8) + 8 + (8 * 10) + 10, model.CountParams());
    }
}
