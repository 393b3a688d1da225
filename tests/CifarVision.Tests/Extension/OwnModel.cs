using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

/// <summary>A model of a user's own parts, and what brings them back from a file.</summary>
internal static class OwnModel
{
    public static CustomObject[] Customs { get; } =
    [
        CustomObject.Of(config => new LearnedSwish(Initializer.Deserialize(config["beta_initializer"]!))),
        CustomObject.Of(config => new SqueezeExcite(config["channels"]!.GetValue<int>(), config["ratio"]!.GetValue<int>())),
        CustomObject.Of(config => new FocalLoss(config["gamma"]!.GetValue<double>())),
        CustomObject.Of(_ => new TrueClassProbability()),
        CustomObject.Of(config => new Lion(LearningRateSchedule.Deserialize(config["learning_rate"]!), config["beta_1"]!.GetValue<double>(), config["beta_2"]!.GetValue<double>())),
        CustomObject.Of(config => new SparseNormal(config["connections"]!.GetValue<int>(), config["stddev"]!.GetValue<double>(), config["seed"]?.GetValue<long>())),
    ];

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
