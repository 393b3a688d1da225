using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Optimizers;

public class OptimizerStateTests
{
    [Theory]
    [MemberData(nameof(OptimizerCatalog.Names), MemberType = typeof(OptimizerCatalog))]
    public void SetState_AnyOptimizerInTheMiddle_GoesOnBitForBit(string name)
    {
        Weight[] weights = Weights.Convolution();
        Optimizer optimizer = OptimizerCatalog.Create(name);
        // Seven steps: two updates of three, and one step in the accumulators.
        for (int step = 0; step < 7; step++)
            optimizer.Apply(weights, Weights.GradientsFor(weights, step));
        optimizer.LearningRate /= 3;

        Weight[] copies = Weights.Convolution();
        for (int i = 0; i < copies.Length; i++)
            copies[i].Assign(weights[i].ToArray());
        Optimizer resumed = OptimizerCatalog.Create(name);
        resumed.SetState(copies, [.. optimizer.GetState().Select(variable => variable.Value)]);
        for (int step = 7; step < 13; step++)
        {
            optimizer.Apply(weights, Weights.GradientsFor(weights, step));
            resumed.Apply(copies, Weights.GradientsFor(copies, step));
        }

        Assert.Equal(optimizer.LearningRate, resumed.LearningRate);
        Assert.Equal(optimizer.Iterations, resumed.Iterations);
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(Weights.Floats(weights[i]), Weights.Floats(copies[i]));
        foreach (((string path, NDArray expected), (string _, NDArray found)) in optimizer.GetState().Zip(resumed.GetState()))
            Near.Absolute(expected, found, 0, path);
    }

    [Fact]
    public void SetState_ChannelsLastKernel_KeepsItsStrides()
    {
        Weight[] weights = Weights.Convolution();
        var own = new SignDescent();
        own.Apply(weights, Weights.GradientsFor(weights, 0));

        var resumed = new SignDescent();
        resumed.SetState(weights, [.. own.GetState().Select(variable => variable.Value)]);

        Assert.NotEqual(torch.empty_like(weights[0].Value).contiguous().stride(), weights[0].Value.stride());
        Assert.Equal(weights[0].Value.stride(), own.Slot(weights[0], "momentum").stride());
        Assert.Equal(weights[0].Value.stride(), resumed.Slot(weights[0], "momentum").stride());
        Near.Relative(own.GetState()[2].Value, resumed.Slot(weights[0], "momentum"), 0);
    }

    [Fact]
    public void GetState_BeforeTheFirstStep_HasOnlyNumbers()
    {
        Assert.Equal(["adam/iteration", "adam/learning_rate"], new Adam().GetState().Select(variable => variable.Path));
        Assert.Equal(["adam/iteration"], new Adam(new CosineDecay(0.1, 10)).GetState().Select(variable => variable.Path));
    }

    [Fact]
    public void GetState_SlotPaths_HoldTheWeightsPath()
    {
        var adam = new Adam();
        adam.Build(Weights.Convolution());

        Assert.Equal(
            ["adam/iteration", "adam/learning_rate", "adam/conv2d_kernel_momentum", "adam/conv2d_kernel_velocity", "adam/dense_bias_momentum", "adam/dense_bias_velocity"],
            adam.GetState().Select(variable => variable.Path));
    }

    [Fact]
    public void GetState_Values_AreCopies()
    {
        Weight weight = Weights.Of(1);
        var sgd = new SGD(momentum: 0.5);
        sgd.Apply([weight], [Weights.Gradient(100)]);
        NDArray momentum = sgd.GetState()[2].Value;

        sgd.Apply([weight], [Weights.Gradient(100)]);

        Assert.Equal([-1f], momentum.ToArray<float>());
    }

    [Fact]
    public void SetState_FromAKerasFile_TakesInt32AndFloat32()
    {
        var sgd = new SGD(learningRate: 0.01);

        sgd.SetState([Weights.Of(1)], [NDArray.Scalar(7), NDArray.Scalar(0.5f)]);

        Assert.Equal(7, sgd.Iterations);
        Assert.Equal(0.5, sgd.LearningRate);
    }

    [Fact]
    public void SetState_SameRateInFloat32_KeepsTheDouble()
    {
        var sgd = new SGD(learningRate: 0.01);

        sgd.SetState([Weights.Of(1)], [NDArray.Scalar(7L), NDArray.Scalar(0.01f)]);

        Assert.Equal(0.01, sgd.LearningRate);
    }

    [Fact]
    public void SetState_NumbersAlone_MeansNoStepWasMade()
    {
        Weight weight = Weights.Of(1);
        var sgd = new SGD(learningRate: 1, momentum: 0.5);
        sgd.Apply([weight], [Weights.Gradient(100)]);

        sgd.SetState([weight], [.. new SGD(learningRate: 0.5, momentum: 0.5).GetState().Select(variable => variable.Value)]);
        sgd.Apply([weight], [Weights.Gradient(2)]);

        // 1 - 100, then without the old movement and at the restored rate.
        Assert.Equal([-100f], Weights.Floats(weight));
        Assert.Equal(1, sgd.Iterations);
    }

    [Fact]
    public void SetState_NumberAloneUnderASchedule_MeansNoStepWasMade()
    {
        Weight weight = Weights.Of(1);
        var sgd = new SGD(new ExponentialDecay(1, 1, 0.5), momentum: 0.5);
        sgd.Apply([weight], [Weights.Gradient(100)]);

        sgd.SetState([weight], [.. new SGD(new ExponentialDecay(1, 1, 0.5), momentum: 0.5).GetState().Select(variable => variable.Value)]);
        sgd.Apply([weight], [Weights.Gradient(2)]);

        // 1 - 100, then without the old movement and at the schedule's first rate.
        Assert.Equal([-101f], Weights.Floats(weight));
        Assert.Equal(1, sgd.Iterations);
    }

    [Fact]
    public void SetState_OfAnotherOptimizer_ThrowsAndChangesNothing()
    {
        Weight weight = Weights.Of(1);
        var other = new Adam();
        other.Apply([weight], [Weights.Gradient(1)]);
        var sgd = new SGD(momentum: 0.5);

        var error = Assert.Throws<ArgumentException>(() => sgd.SetState([weight], [.. other.GetState().Select(variable => variable.Value)]));

        Assert.StartsWith("SGD: its state must have 3 arrays, but was 4. It belongs to another optimizer or model.", error.Message);
        Assert.Equal(0, sgd.Iterations);
    }

    [Fact]
    public void SetState_OfAnotherShape_ThrowsAndChangesNothing()
    {
        Weight larger = Weights.Of(1, 2, 3);
        var other = new SGD(momentum: 0.5);
        other.Apply([larger], [Weights.Gradient(1, 2, 3)]);
        var sgd = new SGD(momentum: 0.5);

        var error = Assert.Throws<ArgumentException>(() => sgd.SetState([Weights.Of(1, 2)], [.. other.GetState().Select(variable => variable.Value)]));

        Assert.StartsWith("SGD: sgd/dense_kernel_momentum must have the shape (2,), but was (3,).", error.Message);
        Assert.Equal(0, sgd.Iterations);
    }

    [Fact]
    public void VariableCount_OnceBuilt_CountsAsKerasSummary()
    {
        Weight[] weights = Weights.Convolution();

        Assert.Equal(0, new SGD().VariableCount);
        Assert.Equal(2, Built(new SGD()));
        Assert.Equal(1, Built(new SGD(new CosineDecay(0.1, 10))));
        Assert.Equal(2 + 76, Built(new SGD(momentum: 0.9)));
        Assert.Equal(2 + 2 * 76, Built(new Adam()));
        Assert.Equal(2 + 4 * 76, Built(new Adam(useEma: true, gradientAccumulationSteps: 2)));
        Assert.Equal(3 + 2 * 76, Built(new Nadam()));

        long Built(Optimizer optimizer)
        {
            optimizer.Build(weights);
            return optimizer.VariableCount;
        }
    }
}
