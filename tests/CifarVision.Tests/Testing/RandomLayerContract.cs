using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>What every layer promises that changes its input at random in training only.</summary>
internal static class RandomLayerContract
{
    /// <summary>Checks inference, seeds, that each image of a batch is changed its own way, and parts of a batch that several processes share.</summary>
    /// <param name="create">Creates the layer with a seed; null is the seed of the runtime.</param>
    public static void Check(Func<long?, Layer> create)
    {
        NDArray x = np.tile(np.array(NaiveImages.Different(1, 6, 6, 1)), [7, 1, 1, 1]);
        Layer layer = create(9);
        NDArray drawn = layer.Call(x, training: true);

        Near.Absolute(x, layer.Call(x), 0);
        Near.Absolute(drawn, create(9).Call(x, training: true), 0);
        Assert.False(np.array_equal(drawn, layer.Call(x, training: true)));
        Assert.False(np.array_equal(drawn, create(10).Call(x, training: true)));
        Assert.Equal(7, Enumerable.Range(0, 7).Select(n => string.Join(' ', Near.Doubles(drawn[$"{n}"]))).Distinct().Count());
        using (RowPart.Begin(new RowPart(3, 2, 7)))
            Near.Absolute(drawn["3:5"], create(9).Call(x["3:5"], training: true), 0);

        Layer ofRuntime = create(null);
        TorchRuntime.SetSeed(5);
        NDArray once = ofRuntime.Call(x, training: true);
        TorchRuntime.SetSeed(5);
        Near.Absolute(once, ofRuntime.Call(x, training: true), 0);
    }
}
