using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnInitializerTests
{
    [Theory]
    [InlineData(3, 3, 4, 5)]
    [InlineData(36, 5)]
    public void Call_KernelOfAnyRank_HasSoManyConnectionsEachOutput(params int[] shape)
    {
        NDArray kernel = new SparseNormal(connections: 7, seed: 1).Call(shape);
        float[,] columns = kernel.reshape(36, 5).ToMuliDimArray<float>() as float[,] ?? throw new InvalidCastException();

        Assert.Equal(shape.Select(axis => (long)axis), kernel.shape);
        for (int output = 0; output < 5; output++)
            Assert.Equal(7, Enumerable.Range(0, 36).Count(input => columns[input, output] != 0));
    }

    [Fact]
    public void Call_Seed_MakesItRepeatableAndWithoutItFollowsTheRuntime()
    {
        Assert.True(np.array_equal(new SparseNormal(seed: 3).Call((20, 4)), new SparseNormal(seed: 3).Call((20, 4))));
        Assert.False(np.array_equal(new SparseNormal(seed: 3).Call((20, 4)), new SparseNormal(seed: 4).Call((20, 4))));
        NDArray[] seeded = [.. new[] { 1, 1, 2 }.Select(seed =>
        {
            TorchRuntime.SetSeed(seed);
            return new SparseNormal().Call((20, 4));
        })];
        Assert.True(np.array_equal(seeded[0], seeded[1]));
        Assert.False(np.array_equal(seeded[0], seeded[2]));
    }

    [Fact]
    public void Call_FewerInputsThanConnections_UsesThemAll() =>
        Assert.All(new SparseNormal(connections: 15, seed: 1).Call((4, 2)).ToArray<float>(), value => Assert.NotEqual(0, value));

    [Fact]
    public void Load_OwnInitializer_ComesBackInItsLayersConfig()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(6, new Dense(3, kernelInitializer: new SparseNormal(connections: 2, stddev: 0.25, seed: 9)));
        model.Save(folder.File("model.keras"));
        using Sequential loaded = Sequential.Load(folder.File("model.keras"), OwnClasses.All);

        var initializer = Assert.IsType<SparseNormal>(((Dense)loaded.Layers[0]).KernelInitializer);
        Assert.Equal(((Dense)model.Layers[0]).KernelInitializer.GetConfig().ToJsonString(), initializer.GetConfig().ToJsonString());
        Near.Absolute(model.GetWeights()[0], loaded.GetWeights()[0], 0);
    }
}
