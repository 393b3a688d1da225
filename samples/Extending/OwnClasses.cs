using CifarVision.Initializers;
using CifarVision.Optimizers;
using CifarVision.Serialization;

namespace Extending;

#region load
/// <summary>The factories of the classes, for <c>Sequential.Load(path, OwnClasses.All)</c>.</summary>
internal static class OwnClasses
{
    public static CustomObject[] All { get; } =
    [
        CustomObject.Of(config => new LearnedSwish(Initializer.Deserialize(config["beta_initializer"]!))),
        CustomObject.Of(config => new SqueezeExcite((int)config["channels"]!, (int)config["ratio"]!)),
        CustomObject.Of(config => new RandomTint((double)config["range"]!, (long?)config["seed"])),
        CustomObject.Of(config => new FocalLoss((double)config["gamma"]!)),
        CustomObject.Of(_ => new TrueClassProbability()),
        CustomObject.Of(config => new Lion(
            LearningRateSchedule.Deserialize(config["learning_rate"]!), (double)config["beta_1"]!, (double)config["beta_2"]!, (double?)config["weight_decay"])),
        CustomObject.Of(config => new SparseNormal((int)config["connections"]!, (double)config["stddev"]!, (long?)config["seed"])),
    ];
}
#endregion
