using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Models;

public class BackwardPassTests
{
    [Fact]
    public void UnusedWeight_IsNamedOnceAndStaysAsItIs()
    {
        using Sequential model = Compiled(new Faulty("idle", (x, _) => x));
        float[] values = model.GetLayer("idle").GetWeights()[0].ToArray<float>();

        TextWriter before = Console.Error;
        using var printed = new StringWriter();
        Console.SetError(TextWriter.Synchronized(printed));
        Train(model, steps: 3);
        Console.SetError(before);

        // Other tests may print at the same time.
        Assert.Single(printed.ToString().Split('\n'), line => line.Contains("the loss does not depend on sequential/idle/scale,", StringComparison.Ordinal));
        Assert.Equal(values, model.GetLayer("idle").GetWeights()[0].ToArray<float>());
    }

    [Fact]
    public void InPlaceOperation_NamesTheLayerAndLeavesTheModelAsItWas()
    {
        using Sequential model = Compiled(new BatchNormalization(), new Activation(ActivationFunction.Sigmoid), new Faulty("overwriting", (x, scale) => x.mul_(scale)));
        float[][] before = [.. model.GetWeights().Select(weight => weight.ToArray<float>())];

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Train(model, steps: 1));

        Assert.Contains("/overwriting' (Faulty)", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before[0], model.GetWeights()[0].ToArray<float>());
    }

    [Fact]
    public void DetachedOutput_OfTheLastLayer_NamesTheLayer()
    {
        using Sequential model = Compiled(new Faulty("detaching", (x, scale) => (x * scale).detach()));

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Train(model, steps: 1));

        Assert.Contains("/detaching' (Faulty)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DetachedLoss_IsToldApartFromTheLayers()
    {
        using Sequential model = Compiled(new DetachedLoss());

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Train(model, steps: 1));

        Assert.Contains("it is the loss that must be changed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutOfMemory_NamesTheLayerAndTrainingGoesOn()
    {
        // The forward pass reads four values of a view. The backward pass fills the whole view with zeros: 16 TiB.
        long rows = 1L << 40;
        using Sequential model = Compiled(new Dense(4), new Faulty("vast", (x, scale) => x * scale.expand(rows, 4).narrow(0, 0, 1)));

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Train(model, steps: 1));

        Assert.Contains("out of memory in the backward pass of the layer 'sequential", exception.Message, StringComparison.Ordinal);
        Assert.Contains("/vast' (Faulty)", exception.Message, StringComparison.Ordinal);
        rows = 1;
        Train(model, steps: 1);
    }

    [Fact]
    public void Training_AfterAFailure_GoesOn()
    {
        bool fails = true;
        using Sequential model = Compiled(new Faulty("sometimes", (x, scale) => fails ? (x * scale).detach() : x * scale));
        Assert.Throws<InvalidOperationException>(() => Train(model, steps: 1));
        fails = false;

        Train(model, steps: 2);

        Assert.All(model.GetWeights(), weight => Assert.All(weight.ToArray<float>(), value => Assert.True(float.IsFinite(value))));
    }

    private static Sequential Compiled(params Layer[] layers) => Compiled(new MeanSquaredError(), layers);

    private static Sequential Compiled(Loss loss, params Layer[] layers)
    {
        var model = new Sequential(3, [new Dense(4), .. layers]);
        model.Compile(new Adam(), loss);
        return model;
    }

    private static void Train(Sequential model, int steps)
    {
        for (int i = 0; i < steps; i++)
            model.TrainOnBatch(np.ones(new Shape(5, 3), np.float32), np.zeros(new Shape(5, 4), np.float32));
    }

    /// <summary>A layer of one weight whose forward pass is given.</summary>
    private sealed class Faulty(string name, Func<Tensor, Tensor, Tensor> forward) : Layer(name)
    {
        private Weight? _scale;

        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override void BuildCore(TensorShape inputShape) => _scale = AddWeight("scale", 4, new Ones());

        protected override Tensor ForwardCore(Tensor x, bool training) => forward(x, _scale!.Value);
    }

    private sealed class DetachedLoss : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue - yPred).abs().detach();
    }
}
