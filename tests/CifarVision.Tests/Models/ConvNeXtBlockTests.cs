using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

/// <summary>A functional model of a block as in ConvNeXt, with the other layers of this kind around it: saved, loaded and trained.</summary>
public sealed class ConvNeXtBlockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Save_Block_LoadsAndPredictsTheSame(string ending)
    {
        using Model model = Create();
        OnnxRun.Scatter(model);
        string path = _folder.File("block" + ending);

        model.Save(path);

        using Model loaded = Model.Load(path);
        NDArray x = OnnxRun.Numbers((6, 6, 4), 3);
        Near.Absolute(model.Predict(x), loaded.Predict(x), 0);
        Assert.Equal(model.ToJson(), loaded.ToJson());
    }

    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    [InlineData(DTypePolicy.Float64)]
    public void Fit_Block_ChangesEachWeight(DTypePolicy precision)
    {
        TorchRuntime.SetSeed(1);
        using Model model = Create();
        model.Compile(new SGD(0.1), new SparseCategoricalCrossentropy(), precision: precision);
        IReadOnlyList<NDArray> before = model.GetWeights();

        model.Fit(OnnxRun.Numbers((6, 6, 4), 16), np.arange(16) % 3, batchSize: 8, epochs: 1, verbose: 0);

        foreach ((NDArray was, Weight weight) in before.Zip(model.Weights))
            Assert.False(np.array_equal(was, weight.ToArray()), $"{weight.Path} must be trained.");
    }

    private static Model Create()
    {
        KerasTensor input = Keras.Input((6, 6, 4));
        KerasTensor x = new Cropping2D(1).Call(input);
        KerasTensor y = new Conv2D(4, 3, padding: Padding.Same, groups: 4).Call(x);
        y = new LayerNormalization(epsilon: 1e-6).Call(y);
        y = new Dense(8, ActivationFunction.Gelu).Call(y);
        y = new LayerScale(0.5, 4).Call(new Dense(4).Call(y));
        y = new Add().Call(x, new StochasticDepth(0.2).Call(y));
        y = new UpSampling2D(2, Interpolation.Bilinear).Call(new GroupNormalization(2).Call(y));
        y = new Flatten().Call(new Permute([3, 1, 2]).Call(y));
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(y));
    }
}
