using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class DenseTests
{
    [Fact]
    public void Contract_Features_Holds() =>
        LayerContract.Check(() => new Dense(3, ActivationFunction.Tanh, kernelInitializer: new HeNormal(7), kernelRegularizer: new L2(0.1)), 5, ["kernel", "bias"]);

    [Fact]
    public void Contract_Rank3WithoutBias_Holds() => LayerContract.Check(() => new Dense(4, ActivationFunction.Softmax, useBias: false), (2, 3), ["kernel"]);

    [Fact]
    public void Forward_SmallNumbers_IsWorkedOutByHand()
    {
        var layer = new Dense(2, ActivationFunction.Relu);
        layer.Build(3);
        layer.SetWeights([np.array(new float[,] { { 1, 2 }, { 3, 4 }, { 5, -6 } }), np.array(new float[] { 0.5f, 1 })]);

        NDArray y = layer.Call(np.array(new float[,] { { 1, 1, 1 }, { 2, 0, -1 } }));

        Near.Absolute(np.array(new float[,] { { 9.5f, 1 }, { 0, 11 } }), y, 0);
    }

    [Fact]
    public void Build_Kernel_LiesInMemoryAsTorchWantsIt()
    {
        var layer = new Dense(4);
        layer.Build(6);

        Assert.Equal([6L, 4L], layer.Weights[0].Value.shape);
        Assert.True(layer.Weights[0].Value.t().is_contiguous());
    }

    [Fact]
    public void Regularizers_OfBoth_AreAdded()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Dense(1, kernelInitializer: new Ones(), biasInitializer: new Ones(), kernelRegularizer: new L2(0.5), biasRegularizer: new L1(2));
        layer.Build(3);

        // 0.5 * 3 for the kernel, 2 for the bias.
        Assert.Equal(3.5, layer.RegularizationLoss()!.item<float>(), 1e-6);
    }

    [Fact]
    public void Create_NoUnits_IsRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(0));

        Assert.StartsWith("Dense: units must be at least 1, but was 0.", error.Message, StringComparison.Ordinal);
    }
}
