using System.Reflection;
using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Formats;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Serialization;

/// <summary>JSON has no NaN and no infinity: what would make a model that cannot be saved is refused by the constructor.</summary>
public class NotFiniteArgumentTests
{
    private static readonly Type[] Bases =
        [typeof(Layer), typeof(Initializer), typeof(Regularizer), typeof(Constraint), typeof(Loss), typeof(Metric), typeof(Optimizer), typeof(LearningRateSchedule)];

    public static TheoryData<Type> Types =>
        [.. typeof(Layer).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && Bases.Any(one => one.IsAssignableFrom(type)) && Constructors(type).Any(constructor => constructor.GetParameters().Any(TakesNumbers)))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Constructor_NotFinite_IsRefusedOrCanBeSaved(Type type)
    {
        foreach (ConstructorInfo constructor in Constructors(type))
        {
            ParameterInfo[] parameters = constructor.GetParameters();
            foreach (ParameterInfo target in parameters.Where(TakesNumbers))
            {
                foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
                {
                    object made;
                    try
                    {
                        made = constructor.Invoke([.. parameters.Select(parameter => parameter == target ? Bad(parameter, value) : Usual(parameter))]);
                    }
                    catch (TargetInvocationException refused) when (refused.InnerException is ArgumentException)
                    {
                        continue;
                    }

                    var config = (JsonObject)type.GetMethod("GetConfig")!.Invoke(made, [])!;
                    Assert.True(Record.Exception(() => KerasFormat.ToText(config)) is null, $"{type.Name}: {target.Name} = {value} is accepted, and cannot be saved.");
                }
            }
        }
    }

    private static IEnumerable<ConstructorInfo> Constructors(Type type) => type.GetConstructors().Where(constructor => constructor.GetParameters().All(parameter => !parameter.ParameterType.Name.StartsWith("Module", StringComparison.Ordinal)));

    private static bool TakesNumbers(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(double) || parameter.ParameterType == typeof(double?) || typeof(IEnumerable<double>).IsAssignableFrom(parameter.ParameterType) || parameter.ParameterType == typeof(LearningRateSchedule);

    private static object? Bad(ParameterInfo parameter, double value) => typeof(IEnumerable<double>).IsAssignableFrom(parameter.ParameterType)
        ? new[] { value }
        : parameter.ParameterType == typeof(LearningRateSchedule) ? (object)(LearningRateSchedule)value : value;

    private static object? Usual(ParameterInfo parameter)
    {
        if (typeof(IEnumerable<double>).IsAssignableFrom(parameter.ParameterType))
            return new[] { 1.0 };
        if (parameter.HasDefaultValue)
            return parameter.DefaultValue is null && parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? Activator.CreateInstance(parameter.ParameterType) : parameter.DefaultValue;
        return Type.GetTypeCode(parameter.ParameterType) switch
        {
            TypeCode.Double => (object)0.5,
            TypeCode.Int32 => 2,
            TypeCode.Int64 => 2L,
            _ when parameter.ParameterType == typeof(Size2D) => (Size2D)2,
            _ when parameter.ParameterType == typeof(FactorRange) => (FactorRange)0.1,
            _ when parameter.ParameterType == typeof(TensorShape) => (TensorShape)4,
            _ when parameter.ParameterType == typeof(LearningRateSchedule) => (LearningRateSchedule)0.1,
            _ when typeof(IEnumerable<long>).IsAssignableFrom(parameter.ParameterType) => new long[] { 1 },
            _ when typeof(IEnumerable<int>).IsAssignableFrom(parameter.ParameterType) => new[] { 0 },
            _ when parameter.ParameterType == typeof(Loss) => new MeanSquaredError(),
            _ => throw new InvalidOperationException($"No usual value for {parameter}."),
        };
    }
}
