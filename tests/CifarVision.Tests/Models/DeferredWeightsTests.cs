using System.Collections.Concurrent;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>The weights of a model that was created from a config: they take memory at their first use.</summary>
public sealed class DeferredWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromJson_SeedChangedBeforeTheFirstUse_HasTheWeightsOfTheSeedAtCreation()
    {
        TorchRuntime.SetSeed(3);
        using Sequential model = New();
        string json = model.ToJson();
        TorchRuntime.SetSeed(3);

        using Model copy = Model.FromJson(json);
        TorchRuntime.SetSeed(4);
        // The last one first: the values do not depend on the order in which they are needed either.
        foreach (Weight weight in copy.Weights.Reverse())
            _ = weight.Value;

        Assert.Equal(Values(model), Values(copy));
    }

    [Fact]
    public void FromJson_FirstUseOnEightThreads_CreatesEachTensorOnce()
    {
        using Sequential model = New();
        using Model copy = Model.FromJson(model.ToJson());
        var found = new ConcurrentBag<(Weight Weight, Tensor Value)>();
        using var start = new Barrier(8);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            foreach (Weight weight in copy.Weights)
                found.Add((weight, weight.Value));
        }))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(copy.Weights.Count, found.DistinctBy(pair => (pair.Weight, pair.Value.Handle)).Count());
    }

    [Fact]
    public void FromJson_FrozenLayerInFloat64_IsCreatedSo()
    {
        using Sequential model = New();
        model.Layers[0].Trainable = false;
        using Model copy = Model.FromJson(model.ToJson());

        copy.Compile(new SGD(), new MeanSquaredError(), precision: DTypePolicy.Float64);

        Assert.All(copy.Weights, weight => Assert.Equal(ScalarType.Float64, weight.Value.dtype));
        Assert.Equal([false, false, true, true], copy.Weights.Select(weight => weight.Value.requires_grad));
    }

    [Theory]
    [InlineData(".weights.h5")]
    [InlineData(".safetensors")]
    public void LoadWeights_ModelOfAConfig_HasTheSavedOnes(string extension)
    {
        using Sequential model = New();
        string path = _folder.File("saved" + extension);
        model.SaveWeights(path);
        using Model copy = Model.FromJson(model.ToJson());

        copy.LoadWeights(path);

        Assert.Equal(Values(model), Values(copy));
    }

    [Fact]
    public void Dispose_BeforeTheFirstUse_LeavesNoWeights()
    {
        using Sequential model = New();
        Model copy = Model.FromJson(model.ToJson());
        Weight weight = copy.Weights[0];

        copy.Dispose();

        Assert.Throws<ObjectDisposedException>(() => weight.Value);
    }

    private static Sequential New() => new((8, 8, 3), new Conv2D(4, 3), new Flatten(), new Dense(5));

    private static float[] Values(Model model) => [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];
}
