using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class TorchModuleLayerTests
{
    [Fact]
    public void Forward_Linear_IsTheModulesOwnOutput()
    {
        using var scope = torch.NewDisposeScope();
        var module = torch.nn.Linear(4, 2);
        Tensor x = LayerContract.Numbers([3, 4], ScalarType.Float32, "x");
        Tensor expected = module.call(x);

        var layer = new TorchModuleLayer(module);
        Tensor y = layer.Forward(x, training: false);

        Near.Relative(ArrayConversion.ToNDArray(expected), y, 0);
        Assert.Equal((TensorShape)2, layer.OutputShape);
        Assert.Equal([("weight", "torch_module_layer/weight", true), ("bias", "torch_module_layer/bias", true)], layer.Weights.Select(weight => (weight.Name, weight.Path, weight.Trainable)));
    }

    [Fact]
    public void Forward_ChannelsFirst_TakesAndGivesImagesInTheLibrarysOrder()
    {
        using var scope = torch.NewDisposeScope();
        var module = torch.nn.Conv2d(3, 5, 3, stride: 2);
        Tensor x = LayerContract.Numbers([2, 8, 9, 3], ScalarType.Float32, "x");
        Tensor expected = module.call(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1);

        var layer = new TorchModuleLayer(module, dataFormat: DataFormat.ChannelsFirst);

        Assert.Equal((TensorShape)(3, 4, 5), layer.ComputeOutputShape((8, 9, 3)));
        Near.Relative(ArrayConversion.ToNDArray(expected), layer.Forward(x, training: false), 1e-6);
    }

    [Fact]
    public void Build_ModuleWithBuffers_TheyAreWeightsThatDoNotTrain()
    {
        using var scope = torch.NewDisposeScope();
        var frozen = torch.nn.Linear(4, 4);
        frozen.bias!.requires_grad = false;
        var layer = new TorchModuleLayer(torch.nn.Sequential(("dense", frozen), ("norm", torch.nn.BatchNorm1d(4))));

        layer.Build(4);

        Assert.Equal(["dense.weight", "norm.weight", "norm.bias"], layer.Weights.Where(weight => weight.Trainable).Select(weight => weight.Name));
        Assert.Equal(
            ["dense.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"],
            layer.Weights.Where(weight => !weight.Trainable).Select(weight => weight.Name));
        // The batch of zeros that told the output shape has left no trace.
        Near.Absolute(np.zeros(new Shape(4), np.float32), layer.Weights[4].ToArray(), 0);
        Assert.Equal(0, layer.Weights[6].Value.item<long>());
    }

    [Fact]
    public void Forward_TrainingAndNot_SwitchTheModule()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new TorchModuleLayer(torch.nn.Sequential(("norm", torch.nn.BatchNorm1d(2)), ("drop", torch.nn.Dropout(0.5))));
        Tensor x = LayerContract.Numbers([64, 2], ScalarType.Float32, "x").Add(3);

        Tensor first = layer.Forward(x, training: false);
        layer.Forward(x, training: true);
        Tensor second = layer.Forward(x, training: false);

        Near.Relative(ArrayConversion.ToNDArray(x), first, 1e-5);
        // Momentum 0.1 of a batch mean of about 3.
        Assert.InRange(layer.Weights.Single(weight => weight.Name == "norm.running_mean").Value[0].item<float>(), 0.25f, 0.35f);
        Assert.Equal(second.numel(), second.IsNotZero().sum().item<long>());
        Assert.InRange(layer.Forward(x, training: true).IsNotZero().sum().item<long>(), 30, 98);
    }

    [Theory]
    [InlineData(DTypePolicy.Float32, ScalarType.Float32, ScalarType.Float32, 1e-6)]
    [InlineData(DTypePolicy.Float64, ScalarType.Float64, ScalarType.Float64, 1e-6)]
    [InlineData(DTypePolicy.MixedBFloat16, ScalarType.Float32, ScalarType.BFloat16, 0.02)]
    public void Configure_BeforeOrAfterBuild_WeightsStayThoseOfTheModule(DTypePolicy policy, ScalarType weights, ScalarType output, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        foreach (bool buildFirst in new[] { true, false })
        {
            var module = torch.nn.Sequential(("norm", torch.nn.BatchNorm1d(4)), ("dense", torch.nn.Linear(4, 2)));
            var layer = new TorchModuleLayer(module);
            if (buildFirst)
                layer.Build(4);
            layer.Configure(policy, torch.CPU);
            layer.Build(4);
            using (torch.no_grad())
            {
                foreach (Weight weight in layer.Weights.Where(weight => weight.Value.dtype == weights))
                    weight.Value.FillInPlace(0.5);
            }

            Tensor y = layer.Forward(torch.ones(3, 4), training: false);

            // (1 - 0.5) / sqrt(0.5) * 0.5 + 0.5, then 4 times half of it and 0.5.
            double expected = (4 * 0.5 * ((0.5 / Math.Sqrt(0.5 + 1e-5) * 0.5) + 0.5)) + 0.5;
            Assert.Equal(output, y.dtype);
            Near.Relative(np.full(new Shape(3, 2), expected), y.to(ScalarType.Float64), tolerance);
            Assert.Equal(ScalarType.Int64, layer.Weights[^1].Value.dtype);
            Assert.Equal(["norm.weight", "norm.bias", "dense.weight", "dense.bias"], layer.Weights.Where(weight => weight.Value.requires_grad).Select(weight => weight.Name));
        }
    }

    [Fact]
    public void Configure_InsideAScopeThatEnds_WeightsOutliveIt()
    {
        var layer = new TorchModuleLayer(torch.nn.BatchNorm1d(3));
        using (torch.NewDisposeScope())
        {
            layer.Configure(DTypePolicy.Float64, torch.CPU);
            layer.Build(3);
            layer.Configure(DTypePolicy.Float32, torch.CPU);
        }

        Near.Absolute(np.ones(new Shape(2, 3), np.float32), layer.Call(np.ones(new Shape(2, 3), np.float32)), 1e-5);
    }

    [Fact]
    public void Gradients_InFloat64_AreThoseOfDifferences()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new TorchModuleLayer(torch.nn.Sequential(("conv", torch.nn.Conv2d(2, 3, 2)), ("tanh", torch.nn.Tanh())), dataFormat: DataFormat.ChannelsFirst);
        layer.Configure(DTypePolicy.Float64, torch.CPU);

        GradientCheck.Check(x => layer.Forward(x, training: true).Square().sum(), LayerContract.Numbers([2, 3, 3, 2], ScalarType.Float64, "x"), 1e-7);

        layer.Forward(torch.ones(1, 3, 3, 2), training: true).sum().backward();
        Assert.All(layer.Weights, weight => Assert.True(weight.Value.grad!.count_nonzero().item<long>() > 0));
    }

    [Fact]
    public void SetWeights_FromAnotherLayer_GivesItsOutput()
    {
        TorchModuleLayer first = Create();
        TorchModuleLayer second = Create();
        NDArray x = np.arange(12).astype(np.float32).reshape(3, 4);
        first.Call(x, training: true);
        second.Build(4);
        Assert.False(np.array_equal(first.Call(x), second.Call(x)));

        second.SetWeights(first.GetWeights());

        Near.Absolute(first.Call(x), second.Call(x), 0);

        static TorchModuleLayer Create() => new(torch.nn.Sequential(("dense", torch.nn.Linear(4, 3)), ("norm", torch.nn.BatchNorm1d(3))));
    }

    [Fact]
    public void Forward_Steps_LeaveNothingBehind()
    {
        var layer = new TorchModuleLayer(torch.nn.Sequential(("dense", torch.nn.Linear(4, 3)), ("norm", torch.nn.BatchNorm1d(3))));
        layer.Build(4);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (torch.NewDisposeScope())
            layer.Forward(torch.ones(3, 4), training: true).sum().backward();
        layer.Call(np.ones(new Shape(3, 4), np.float32));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Trainable_False_FreezesTheModule()
    {
        var layer = new TorchModuleLayer(torch.nn.Linear(4, 3)) { Trainable = false };
        layer.Build(4);

        Assert.All(layer.Weights, weight => Assert.False(weight.Value.requires_grad));
        layer.Trainable = true;
        Assert.All(layer.Weights, weight => Assert.True(weight.Value.requires_grad));
    }

    [Fact]
    public void GetConfig_SaysThatOnlyWeightsAreSaved()
    {
        var error = Assert.Throws<NotSupportedException>(() => new TorchModuleLayer(torch.nn.ReLU(), name: "mine").GetConfig());
        Assert.Equal("TorchModuleLayer: 'mine' holds a TorchSharp module, which has no config, so the model cannot be saved as a whole. Use SaveWeights and LoadWeights.", error.Message);
    }

    [Fact]
    public void Forward_OutputShapeThatIsNotTrue_IsRejected()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new TorchModuleLayer(torch.nn.Linear(4, 3), outputShape: 5);

        var error = Assert.Throws<InvalidOperationException>(() => layer.Forward(torch.ones(2, 4), training: false));
        Assert.StartsWith("TorchModuleLayer: the module of 'torch_module_layer' must give (None, 5), but gave (2, 3).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_UnknownDataFormat_IsRejected() =>
        Assert.Equal("dataFormat", Assert.Throws<ArgumentOutOfRangeException>(() => new TorchModuleLayer(torch.nn.ReLU(), dataFormat: (DataFormat)2)).ParamName);
}
