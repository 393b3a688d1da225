using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class OptimizerTests
{
    [Fact]
    public void Apply_WeightDecay_TakesThePartBeforeTheUpdate()
    {
        Weight weight = Weights.Of(2);

        new SGD(learningRate: 0.5, weightDecay: 0.25).Apply([weight], [Weights.Gradient(1)]);

        // 2 - 2 * 0.25 * 0.5 - 0.5
        Assert.Equal([1.25f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_SmallWeightDecay_IsNotRoundedAlikeForAllWeights()
    {
        const int count = 100_000;
        using var scope = torch.NewDisposeScope();
        Tensor start = torch.linspace(1, 2, count);
        var weight = new Weight("kernel", "kernel", start.clone(), trainable: true);

        new SGD(learningRate: 0.01, weightDecay: 5e-4).Apply([weight], [torch.zeros(count)]);

        double decayed = (start.to(ScalarType.Float64) - weight.Value.detach().to(ScalarType.Float64)).sum().item<double>();
        // The factor 1 - 5e-6 in float32 would give 5.007e-6.
        Assert.Equal(1, decayed / (5e-6 * 1.5 * count), 5e-4);
    }

    [Fact]
    public void Apply_ExcludedNames_DoNotDecay()
    {
        Weight kernel = Weights.Named("kernel", 2);
        Weight bias = Weights.Named("bias", 2);

        new AdamW(learningRate: 0.5, weightDecay: 0.25, excludeFromWeightDecay: ["bias", "gamma"]).Apply([kernel, bias], [Weights.Gradient(0), Weights.Gradient(0)]);

        Assert.Equal([1.75f], Weights.Floats(kernel));
        Assert.Equal([2f], Weights.Floats(bias));
    }

    [Fact]
    public void Apply_GradientAccumulation_UpdatesByTheMeanOnceInSoManySteps()
    {
        Weight weight = Weights.Of(0);
        var sgd = new SGD(learningRate: 1, gradientAccumulationSteps: 2);

        sgd.Apply([weight], [Weights.Gradient(1)]);
        Assert.Equal([0f], Weights.Floats(weight));
        Assert.Equal(0, sgd.Iterations);
        sgd.Apply([weight], [Weights.Gradient(2)]);
        Assert.Equal([-1.5f], Weights.Floats(weight));
        Assert.Equal(1, sgd.Iterations);
        sgd.Apply([weight], [Weights.Gradient(4)]);
        sgd.Apply([weight], [Weights.Gradient(6)]);
        Assert.Equal([-6.5f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_GradientAccumulation_DecaysAndClipsOnceAnUpdate()
    {
        Weight weight = Weights.Of(8);
        var sgd = new SGD(learningRate: 0.5, weightDecay: 0.5, clipValue: 2, gradientAccumulationSteps: 2);

        sgd.Apply([weight], [Weights.Gradient(5)]);
        sgd.Apply([weight], [Weights.Gradient(-1)]);

        // The mean is 2, and not that of 2 and -1: 8 - 8 * 0.5 * 0.5 - 0.5 * 2.
        Assert.Equal([5f], Weights.Floats(weight));
    }

    [Fact]
    public void FinalizeWeights_AfterSteps_GivesTheMovingAverage()
    {
        Weight weight = Weights.Of(0);
        var sgd = new SGD(learningRate: 1, useEma: true, emaMomentum: 0.75);

        sgd.Apply([weight], [Weights.Gradient(-4)]);
        sgd.Apply([weight], [Weights.Gradient(-4)]);
        Assert.Equal([8f], Weights.Floats(weight));
        sgd.FinalizeWeights([weight]);

        // 4 first, then 0.75 * 4 + 0.25 * 8.
        Assert.Equal([5f], Weights.Floats(weight));
    }

    [Fact]
    public void FinalizeWeights_BeforeAnyStep_LeavesTheWeights()
    {
        Weight weight = Weights.Of(3);
        var sgd = new SGD(useEma: true);
        sgd.Build([weight]);

        sgd.FinalizeWeights([weight]);

        Assert.Equal([3f], Weights.Floats(weight));
    }

    [Fact]
    public void FinalizeWeights_WithAFrozenOne_LeavesThat()
    {
        Weight trained = Weights.Of(0);
        Weight frozen = Weights.Of(3);
        var sgd = new SGD(learningRate: 1, useEma: true);
        sgd.Apply([trained], [Weights.Gradient(1)]);

        sgd.FinalizeWeights([trained, frozen]);

        Assert.Equal([3f], Weights.Floats(frozen));
    }

    [Fact]
    public void Apply_OverwriteFrequency_ReplacesTheWeightsByTheirAverage()
    {
        Weight weight = Weights.Of(0);
        var sgd = new SGD(learningRate: 1, useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 3);

        sgd.Apply([weight], [Weights.Gradient(-4)]);
        sgd.Apply([weight], [Weights.Gradient(-4)]);
        Assert.Equal([8f], Weights.Floats(weight));
        sgd.Apply([weight], [Weights.Gradient(-4)]);

        // 12 by the gradients; the average of 12 and 6, which is that of 4 and 8.
        Assert.Equal([9f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_SomeOfTheWeights_LeavesTheOthers()
    {
        Weight trained = Weights.Of(0);
        Weight frozen = Weights.Of(5);
        var sgd = new SGD(learningRate: 1, momentum: 0.5);
        sgd.Apply([trained, frozen], [Weights.Gradient(1), Weights.Gradient(1)]);

        sgd.Apply([trained], [Weights.Gradient(1)]);

        Assert.Equal([-2.5f], Weights.Floats(trained));
        Assert.Equal([4f], Weights.Floats(frozen));
    }

    [Fact]
    public void Apply_NoWeights_IsNoStep()
    {
        var sgd = new SGD();

        sgd.Apply([], []);

        Assert.Equal(0, sgd.Iterations);
    }

    [Fact]
    public void Apply_UnknownWeight_ThrowsAndChangesNothing()
    {
        Weight known = Weights.Of(1);
        var sgd = new SGD(learningRate: 1);
        sgd.Apply([known], [Weights.Gradient(0)]);

        var error = Assert.Throws<ArgumentException>(() => sgd.Apply([known, Weights.Of(2)], [Weights.Gradient(1), Weights.Gradient(1)]));

        Assert.StartsWith("SGD: dense/kernel must be among the 1 weights of the first step, but was not. Compile with a new optimizer.", error.Message);
        Assert.Equal([1f], Weights.Floats(known));
        Assert.Equal(1, sgd.Iterations);
    }

    [Fact]
    public void Apply_GradientsThatDoNotFit_Throws()
    {
        Weight weight = Weights.Of(1, 2);
        var sgd = new SGD();

        Assert.StartsWith(
            "SGD: gradients must be one for each of the 1 weights, but was 0.",
            Assert.Throws<ArgumentException>(() => sgd.Apply([weight], [])).Message);
        Assert.StartsWith(
            "SGD: the gradient of dense/kernel must have the shape (2,), but was (3,).",
            Assert.Throws<ArgumentException>(() => sgd.Apply([weight], [Weights.Gradient(1, 2, 3)])).Message);
        Assert.StartsWith(
            "SGD: the gradient of dense/kernel must be a tensor, but was null.",
            Assert.Throws<ArgumentException>(() => sgd.Apply([weight], [null!])).Message);
        Assert.Equal(0, sgd.Iterations);
    }

    [Fact]
    public void Apply_GradientOfOtherStridesAndFormat_IsTakenByPosition()
    {
        Weight[] weights = Weights.Convolution();
        float[] start = Weights.Floats(weights[0]);
        Tensor gradient = TorchMath.Arange(72, ScalarType.Float64, torch.CPU).reshape(3, 3, 2, 4);

        new SGD(learningRate: 1, clipValue: 50).Apply([weights[0]], [gradient]);

        Assert.NotEqual(gradient.stride(), weights[0].Value.stride());
        float[] expected = [.. start.Select((value, i) => value - Math.Min(i, 50))];
        Assert.Equal(expected, Weights.Floats(weights[0]));
    }

    [Theory]
    [MemberData(nameof(OptimizerCatalog.Names), MemberType = typeof(OptimizerCatalog))]
    public void Apply_AnyOptimizer_LeavesGradientsAndNoTensors(string name)
    {
        using var outer = torch.NewDisposeScope();
        Weight[] weights = Weights.Convolution();
        Tensor[] gradients = Weights.GradientsFor(weights, 0);
        float[][] before = [.. gradients.Select(gradient => gradient.data<float>().ToArray())];
        Optimizer optimizer = OptimizerCatalog.Create(name);
        optimizer.Apply(weights, gradients);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int step = 0; step < 3; step++)
            optimizer.Apply(weights, gradients);

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        for (int i = 0; i < gradients.Length; i++)
            Assert.Equal(before[i], gradients[i].data<float>().ToArray());
        Assert.All(weights, weight => Assert.True(weight.Value.requires_grad && weight.Value.is_leaf));
    }

    [Theory]
    [MemberData(nameof(OptimizerCatalog.Names), MemberType = typeof(OptimizerCatalog))]
    public void ReleaseSlots_AnyOptimizer_FreesAllItMade(string name)
    {
        using var outer = torch.NewDisposeScope();
        Weight[] weights = Weights.Convolution();
        Tensor[] gradients = Weights.GradientsFor(weights, 0);
        Optimizer optimizer = OptimizerCatalog.Create(name);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        optimizer.Apply(weights, gradients);

        optimizer.ReleaseSlots();

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Apply_UsersOwnOptimizer_GetsDecayedWeightAndClippedGradient()
    {
        Weight weight = Weights.Of(2);
        var own = new SignDescent(learningRate: 0.5, momentum: 0, weightDecay: 0.5, clipValue: 3);

        own.Apply([weight], [Weights.Gradient(7)]);

        // 2 - 2 * 0.5 * 0.5 - 0.5
        Assert.Equal([1f], Weights.Floats(weight));
        Assert.Equal(3, own.Slot(weight, "momentum").item<float>());
        Assert.Equal("sign_descent", own.Name);
    }
}
