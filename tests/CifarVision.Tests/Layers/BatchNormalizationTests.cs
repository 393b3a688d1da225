using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class BatchNormalizationTests
{
    [Fact]
    public void Contract_Features_Holds() =>
        LayerContract.Check(() => new BatchNormalization(), 4, ["gamma", "beta", "moving_mean", "moving_variance"]);

    [Fact]
    public void Contract_Images_Holds() =>
        LayerContract.Check(() => new BatchNormalization(0.9, 1e-5), (3, 2, 4), ["gamma", "beta", "moving_mean", "moving_variance"]);

    [Fact]
    public void Contract_Rank3WithoutCenter_Holds() =>
        LayerContract.Check(() => new BatchNormalization(center: false), (5, 3), ["gamma", "moving_mean", "moving_variance"]);

    [Fact]
    public void Contract_WithoutScale_Holds() =>
        LayerContract.Check(() => new BatchNormalization(scale: false), (2, 2, 3), ["beta", "moving_mean", "moving_variance"]);

    [Fact]
    public void Forward_Training_NormalizesAndMovesAveragesByTheBiasedVariance()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization(momentum: 0.9, epsilon: 0);
        NDArray y = layer.Call(np.array(new float[,] { { 1 }, { 3 } }), training: true);

        // Mean 2, biased variance 1 (torch's own would be 2).
        Near.Absolute(np.array(new float[,] { { -1 }, { 1 } }), y, 1e-6);
        Near.Absolute(np.array(new float[] { 0.2f }), layer.GetWeights()[2], 1e-7);
        Near.Absolute(np.array(new float[] { 1f }), layer.GetWeights()[3], 1e-7);
    }

    [Fact]
    public void Momentum_Set_HoldsFromTheNextStep()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization { Momentum = 0.75 };
        layer.Call(np.array(new float[,] { { 1 }, { 3 } }), training: true);

        Near.Absolute(np.array(new float[] { 0.5f }), layer.GetWeights()[2], 1e-7);
        Assert.Equal(0.75, (double)layer.GetConfig()["momentum"]!);
        Assert.StartsWith("BatchNormalization: momentum must be from 0 to 1, but was 1.5.", Assert.Throws<ArgumentOutOfRangeException>(() => layer.Momentum = 1.5).Message, StringComparison.Ordinal);
        Assert.Equal(0.75, layer.Momentum);
    }

    [Fact]
    public void Forward_TrainingOneValue_IsBetaAndTakesVarianceZero()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization();
        layer.Build(2);
        layer.SetWeights([np.array(new float[] { 3, 3 }), np.array(new float[] { 5, 6 }), np.zeros(new Shape(2), np.float32), np.ones(new Shape(2), np.float32)]);

        Near.Absolute(np.array(new float[,] { { 5, 6 } }), layer.Call(np.array(new float[,] { { 100, -7 } }), training: true), 0);

        Near.Absolute(np.array(new float[] { 1, -0.07f }), layer.GetWeights()[2], 1e-7);
        Near.Absolute(np.array(new float[] { 0.99f, 0.99f }), layer.GetWeights()[3], 1e-7);
    }

    [Fact]
    public void Forward_NotTrainable_InfersAndKeepsAverages()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization { Trainable = false };
        NDArray x = np.array(new float[,] { { 1 }, { 3 } });

        NDArray y = layer.Call(x, training: true);

        Near.Relative(layer.Call(x), y, 0);
        Near.Absolute(np.zeros(new Shape(1), np.float32), layer.GetWeights()[2], 0);
        Near.Absolute(np.ones(new Shape(1), np.float32), layer.GetWeights()[3], 0);
    }

    [Fact]
    public void Forward_MixedBFloat16_KeepsStatisticsInFloat32()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization(momentum: 0);
        layer.Configure(DTypePolicy.MixedBFloat16, torch.CPU);
        Tensor x = torch.tensor(new float[] { 256, 258, 256, 256 }).reshape(4, 1);

        Assert.Equal(ScalarType.BFloat16, layer.Forward(x, training: true).dtype);

        // 256.5 and 0.75 have no bfloat16 neighbours nearer than 0.5.
        Near.Absolute(np.array(new float[] { 256.5f }), layer.GetWeights()[2], 1e-4);
        Near.Absolute(np.array(new float[] { 0.75f }), layer.GetWeights()[3], 1e-4);
    }

    [Fact]
    public void Backward_TrainingStepBetweenInferenceAndItsBackward_IsAccepted()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization();
        Tensor x = LayerContract.Numbers([4, 3], ScalarType.Float32, "x").requires_grad_();
        Tensor inferred = layer.Forward(x, training: false).sum();

        layer.Forward(x, training: true).sum().backward();
        inferred.backward();

        Assert.True(x.grad!.count_nonzero().item<long>() > 0);
    }

    [Fact]
    public void Forward_LargeMean_KeepsTheVariance()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization(momentum: 0);
        Tensor x = LayerContract.Numbers([64, 2, 2, 1], ScalarType.Float64, "x").Add(1000).to(ScalarType.Float32);

        layer.Forward(x, training: true);

        Tensor wide = x.to(ScalarType.Float64);
        double exact = (wide - wide.mean()).Square().mean().item<double>();
        // Taken as E[x^2] - E[x]^2 in float32 it would be off by a fifth.
        Assert.Equal(exact, layer.Weights[3].Value.item<float>(), exact * 1e-5);
    }

    [Theory]
    [InlineData(-0.1, 0.001)]
    [InlineData(1.1, 0.001)]
    [InlineData(double.NaN, 0.001)]
    [InlineData(0.9, -1)]
    public void Create_NumberOutOfRange_IsRejected(double momentum, double epsilon) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNormalization(momentum, epsilon));
}
