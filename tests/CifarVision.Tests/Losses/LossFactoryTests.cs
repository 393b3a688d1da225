using System.Text.Json.Nodes;
using CifarVision.Losses;

namespace CifarVision.Tests.Losses;

public class LossFactoryTests
{
    public static TheoryData<Loss> All =>
    [
        new CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, name: "mine"),
        new SparseCategoricalCrossentropy(fromLogits: true, name: "mine"),
        new BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.25, name: "mine"),
        new BinaryFocalCrossentropy(applyClassBalancing: true, alpha: 0.75, gamma: 3, fromLogits: true, labelSmoothing: 0.25, name: "mine"),
        new CategoricalFocalCrossentropy(alpha: 0.75, gamma: 3, fromLogits: true, labelSmoothing: 0.25, name: "mine"),
        new CategoricalFocalCrossentropy(alpha: [0.75, 0.25], name: "mine"),
        new Huber(0.75, "mine"),
        new KLDivergence("mine"),
        new MeanSquaredError("mine"),
        new MeanAbsoluteError("mine"),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void FromConfig_OfToKeras_GivesTheSameLoss(Loss loss)
    {
        JsonNode saved = JsonNode.Parse(loss.ToKeras().ToJsonString())!;

        Loss loaded = LossFactory.FromEnvelope(saved);

        Assert.IsType(loss.GetType(), loaded);
        Assert.Equal("keras.losses", saved["module"]!.GetValue<string>());
        Assert.Equal(loss.GetConfig().ToJsonString(), loaded.GetConfig().ToJsonString());
    }

    [Theory]
    [InlineData("categorical_crossentropy", typeof(CategoricalCrossentropy))]
    [InlineData("CategoricalCrossentropy", typeof(CategoricalCrossentropy))]
    [InlineData("sparse_categorical_crossentropy", typeof(SparseCategoricalCrossentropy))]
    [InlineData("binary_crossentropy", typeof(BinaryCrossentropy))]
    [InlineData("bce", typeof(BinaryCrossentropy))]
    [InlineData("binary_focal_crossentropy", typeof(BinaryFocalCrossentropy))]
    [InlineData("categorical_focal_crossentropy", typeof(CategoricalFocalCrossentropy))]
    [InlineData("huber", typeof(Huber))]
    [InlineData("Huber", typeof(Huber))]
    [InlineData("kl_divergence", typeof(KLDivergence))]
    [InlineData("KLDivergence", typeof(KLDivergence))]
    [InlineData("kld", typeof(KLDivergence))]
    [InlineData("KLD", typeof(KLDivergence))]
    [InlineData("mean_squared_error", typeof(MeanSquaredError))]
    [InlineData("mse", typeof(MeanSquaredError))]
    [InlineData("MSE", typeof(MeanSquaredError))]
    [InlineData("mean_absolute_error", typeof(MeanAbsoluteError))]
    [InlineData("mae", typeof(MeanAbsoluteError))]
    public void FromEnvelope_Name_GivesTheClass(string name, Type type) => Assert.IsType(type, LossFactory.FromEnvelope(name));

    [Fact]
    public void FromEnvelope_Function_GivesTheClass() => Assert.IsType<CategoricalCrossentropy>(LossFactory.FromEnvelope(JsonNode.Parse(
        """{"module": "keras.losses", "class_name": "function", "config": "categorical_crossentropy", "registered_name": "categorical_crossentropy"}""")!));

    [Fact]
    public void FromConfig_OfTensorFlowsOwnKeras_IsRead()
    {
        Loss loss = LossFactory.FromEnvelope(JsonNode.Parse(
            """
            {"class_name": "CategoricalCrossentropy", "config": {"reduction": "auto", "name": "categorical_crossentropy",
             "from_logits": true, "label_smoothing": 0.0, "axis": -1, "fn": "categorical_crossentropy"}}
            """)!);

        Assert.True(Assert.IsType<CategoricalCrossentropy>(loss).FromLogits);
    }

    [Theory]
    [InlineData("""  "dice"  """, "There is no loss dice.")]
    [InlineData("""{"class_name": "Tversky", "config": {"alpha": 1.0}}""", "There is no loss Tversky.")]
    [InlineData("""{"class_name": "BinaryFocalCrossentropy", "config": {"axis": 1}}""", "BinaryFocalCrossentropy: axis is supported only as -1, but was 1.")]
    [InlineData("""{"class_name": "CategoricalFocalCrossentropy", "config": {"axis": 1}}""", "CategoricalFocalCrossentropy: axis is supported only as -1, but was 1.")]
    [InlineData("""{"class_name": "CategoricalFocalCrossentropy", "config": {"alpha": "many"}}""", "CategoricalFocalCrossentropy: alpha must be a number, but was")]
    [InlineData("""{"class_name": "MeanSquaredError", "config": {"reduction": "sum"}}""", "MeanSquaredError: reduction is supported only as sum_over_batch_size, but was sum.")]
    [InlineData("""{"class_name": "CategoricalCrossentropy", "config": {"axis": 1}}""", "CategoricalCrossentropy: axis is supported only as -1, but was 1.")]
    [InlineData("""{"class_name": "SparseCategoricalCrossentropy", "config": {"ignore_class": 255}}""", "SparseCategoricalCrossentropy: ignore_class is supported only as null")]
    [InlineData("""{"class_name": "MeanSquaredError", "config": {"from_logits": true}}""", "MeanSquaredError: from_logits is no known setting")]
    public void FromConfig_WhatIsNotOffered_IsAnErrorThatNamesIt(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => LossFactory.FromEnvelope(JsonNode.Parse(json)!));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kl_divergence")]
    [InlineData("KLD")]
    [InlineData("huber")]
    [InlineData("categorical_focal_crossentropy")]
    public void ToShortKeras_OfALossFromAName_IsTheName(string name) => Assert.Equal(name, LossFactory.FromEnvelope(name).ToShortKeras().GetValue<string>());

    [Fact]
    public void ToShortKeras_OfANewLoss_IsANameThatKerasKnows()
    {
        Assert.Equal("kl_divergence", new KLDivergence().ToShortKeras().GetValue<string>());
        Assert.Equal("binary_focal_crossentropy", new BinaryFocalCrossentropy().ToShortKeras().GetValue<string>());
        // Its name, huber_loss, is no name of a loss in Keras.
        Assert.Equal("Huber", new Huber().ToShortKeras()["class_name"]!.GetValue<string>());
        Assert.Equal(0.5, new Huber(0.5).ToShortKeras()["config"]!["delta"]!.GetValue<double>());
    }

    [Fact]
    public void ToKeras_OfAUsersLoss_IsMarkedAsRegistered()
    {
        JsonObject envelope = new OwnLoss().ToKeras();

        Assert.Null(envelope["module"]);
        Assert.Equal("CifarVision>OwnLoss", envelope["registered_name"]!.GetValue<string>());
    }

    private sealed class OwnLoss : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => yPred;
    }
}
