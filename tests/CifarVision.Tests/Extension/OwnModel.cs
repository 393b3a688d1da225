using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

/// <summary>A model of a user's own parts.</summary>
internal static class OwnModel
{
    public static Sequential Create() => new(
        (6, 6, 2),
        new Conv2D(4, 3, kernelInitializer: new SparseNormal(connections: 6, stddev: 0.5)),
        new LearnedSwish(new Constant(0.5)),
        new SqueezeExcite(channels: 4, ratio: 2),
        new Flatten(),
        new Dense(TinyTask.Classes, ActivationFunction.Softmax));

    public static Sequential Compiled()
    {
        Sequential model = Create();
        model.Compile(new Lion(learningRate: 0.01), new FocalLoss(gamma: 1.5), [new TrueClassProbability()]);
        return model;
    }
}
