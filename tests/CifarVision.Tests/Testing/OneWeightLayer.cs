using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>A model of one number, for tests that need a model and no training.</summary>
internal sealed class OneWeightLayer : Layer
{
    public OneWeightLayer() => Build(1);

    /// <summary>The number.</summary>
    public float Value
    {
        get => GetWeights()[0].ToArray<float>()[0];
        set => SetWeights([np.array([value])]);
    }

    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    protected override void BuildCore(TensorShape inputShape) => AddWeight("value", 1, new Zeros());

    protected override Tensor ForwardCore(Tensor x, bool training) => x;
}
