using System.Text.Json.Nodes;
using CifarVision.Optimizers;
using CifarVision.Serialization;

namespace CifarVision.Tests.Optimizers;

public class ScheduleFactoryTests
{
    public static TheoryData<LearningRateSchedule> Schedules =>
    [
        new ExponentialDecay(0.1, 7, 0.5, staircase: true),
        new InverseTimeDecay(0.1, 7, 0.5, staircase: true, name: "mine"),
        new PiecewiseConstantDecay([3, 9], [0.1, 0.05, 0.01]),
        new PolynomialDecay(0.1, 7, 0.01, 2, cycle: true),
        new CosineDecay(0.1, 7, 0.25, 0.5, 3),
        new CosineDecayRestarts(0.1, 7, 1.5, 0.5, 0.1),
        new OneCycle(0.1, 20, 0.25, 10, 100, Annealing.Linear),
    ];

    [Theory]
    [MemberData(nameof(Schedules), DisableDiscoveryEnumeration = true)]
    public void FromKeras_WhatToKerasWrote_GivesTheSameRates(LearningRateSchedule schedule)
    {
        JsonObject written = schedule.ToKeras();

        LearningRateSchedule read = ScheduleFactory.FromEnvelope(JsonNode.Parse(written.ToJsonString())!);

        Assert.Equal(schedule.GetType(), read.GetType());
        Assert.Equal(written.ToJsonString(), read.ToKeras().ToJsonString());
        for (int step = 0; step < 30; step++)
            Assert.Equal(schedule.Rate(step), read.Rate(step));
    }

    public static TheoryData<LearningRateSchedule> SchedulesOfDefaults =>
    [
        new ExponentialDecay(0.1, 7, 0.5),
        new InverseTimeDecay(0.1, 7, 0.5),
        new PolynomialDecay(0.1, 7),
        new CosineDecay(0.1, 7),
        new CosineDecayRestarts(0.1, 7),
        new OneCycle(0.1, 20),
    ];

    [Theory]
    [MemberData(nameof(SchedulesOfDefaults), DisableDiscoveryEnumeration = true)]
    public void FromKeras_RequiredSettingsAlone_GivesTheConstructorsDefaults(LearningRateSchedule schedule)
    {
        string[] required = ["initial_learning_rate", "max_learning_rate", "total_steps", "decay_steps", "first_decay_steps", "decay_rate"];
        JsonObject written = schedule.ToKeras();
        JsonObject config = written["config"]!.AsObject();
        foreach (string key in config.Select(setting => setting.Key).Except(required).ToArray())
            config.Remove(key);

        LearningRateSchedule read = ScheduleFactory.FromEnvelope(written);

        Assert.Equal(schedule.ToKeras().ToJsonString(), read.ToKeras().ToJsonString());
    }

    [Fact]
    public void Schedules_OfTheLibrary_AreAllHere()
    {
        IEnumerable<string> known = typeof(LearningRateSchedule).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(LearningRateSchedule))).Select(type => type.Name);

        Assert.Equal(known.Order(StringComparer.Ordinal), Schedules.Select(row => row.Data.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ToKeras_OneCycle_IsMarkedAsNotKeras()
    {
        JsonObject written = new OneCycle(0.1, 20).ToKeras();

        Assert.Null(written["module"]);
        Assert.Equal("CifarVision>OneCycle", written["registered_name"]!.GetValue<string>());
        Assert.Equal("keras.optimizers.schedules", new CosineDecay(0.1, 20).ToKeras()["module"]!.GetValue<string>());
    }

    [Fact]
    public void FromKeras_UnknownClass_NamesIt()
    {
        var error = Assert.Throws<InvalidDataException>(() => ScheduleFactory.FromEnvelope(new JsonObject { ["class_name"] = "Warmup", ["config"] = new JsonObject() }));

        Assert.StartsWith("There is no learning rate schedule Warmup. Those known are ExponentialDecay, ", error.Message);
    }

    [Fact]
    public void FromKeras_MissingSetting_NamesIt()
    {
        JsonNode envelope = new JsonObject { ["class_name"] = "ExponentialDecay", ["config"] = new JsonObject { ["initial_learning_rate"] = 0.1 } };

        var error = Assert.Throws<InvalidDataException>(() => ScheduleFactory.FromEnvelope(envelope));

        Assert.Equal("ExponentialDecay: decay_steps is missing.", error.Message);
    }

    [Fact]
    public void FromKeras_UsersOwnClassInAnOptimizer_IsMadeByTheUser()
    {
        JsonObject written = new SGD(new Halving()).ToKeras();

        Optimizer read = OptimizerFactory.FromEnvelope(written, new CustomObjects([CustomObject.Of(_ => new Halving())]));

        Assert.IsType<Halving>(read.Schedule);
        Assert.Equal(0.25, read.LearningRate);
    }

    private sealed class Halving : LearningRateSchedule
    {
        public override double Rate(long step) => Math.Pow(0.5, step + 2);
    }
}
