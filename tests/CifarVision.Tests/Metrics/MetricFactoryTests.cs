using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Metrics;

namespace CifarVision.Tests.Metrics;

public class MetricFactoryTests
{
    public static TheoryData<Metric> KerasHas =>
    [
        new CategoricalAccuracy("mine"),
        new SparseCategoricalAccuracy("mine"),
        new BinaryAccuracy(0.25, "mine"),
        new TopKCategoricalAccuracy(3, "mine"),
        new SparseTopKCategoricalAccuracy(3, "mine"),
        new Precision(0.25, classId: 2),
        new Recall(0.25, name: "mine"),
        new F1Score(Averaging.Weighted, threshold: 0.5),
        new AUC(),
        new AUC(20, AUCCurve.PR, AUCSummationMethod.Minoring, multiLabel: true, numLabels: 2, labelWeights: [1, 0.5], fromLogits: true, name: "mine"),
        new AUC(thresholds: [0.5, 0.25]),
        new MeanLoss(new CategoricalCrossentropy(labelSmoothing: 0.1), "mine"),
        new MeanLoss(new SparseCategoricalCrossentropy(fromLogits: true)),
        new MeanLoss(new BinaryCrossentropy(fromLogits: true)),
        new MeanLoss(new KLDivergence()),
        new MeanLoss(new KLDivergence(), "kld"),
        new MeanLoss(new MeanSquaredError()),
    ];

    public static TheoryData<Metric> KerasLacks =>
    [
        new Accuracy("mine"),
        new Precision(threshold: null, average: Averaging.Macro),
        new Recall(threshold: null, classId: 1),
        new Recall(average: Averaging.Weighted),
        new F1Score(classId: 1),
    ];

    [Theory]
    [MemberData(nameof(KerasHas))]
    public void FromConfig_OfToKeras_GivesTheSameMetric(Metric metric)
    {
        JsonNode saved = JsonNode.Parse(metric.ToKeras().ToJsonString())!;

        Metric loaded = MetricFactory.FromEnvelope(saved);

        Assert.IsType(metric.GetType(), loaded);
        Assert.Equal("keras.metrics", saved["module"]!.GetValue<string>());
        Assert.Equal(metric.Name, loaded.Name);
        Assert.Equal(metric.GetConfig().ToJsonString(), loaded.GetConfig().ToJsonString());
    }

    [Theory]
    [MemberData(nameof(KerasLacks))]
    public void FromConfig_OfToKeras_GivesWhatKerasLacksAsRegistered(Metric metric)
    {
        JsonNode saved = JsonNode.Parse(metric.ToKeras().ToJsonString())!;

        Metric loaded = MetricFactory.FromEnvelope(saved);

        Assert.IsType(metric.GetType(), loaded);
        Assert.Equal($"CifarVision>{metric.GetType().Name}", saved["registered_name"]!.GetValue<string>());
        Assert.Equal(metric.GetConfig().ToJsonString(), loaded.GetConfig().ToJsonString());
    }

    public static TheoryData<Loss> LossesOnly => [new BinaryFocalCrossentropy(), new CategoricalFocalCrossentropy(alpha: [1, 2]), new Huber(0.5)];

    [Theory]
    [MemberData(nameof(LossesOnly))]
    public void FromConfig_OfToKeras_GivesALossThatKerasHasAsNoMetricAsRegistered(Loss loss)
    {
        JsonNode saved = JsonNode.Parse(new MeanLoss(loss, "mine").ToKeras().ToJsonString())!;

        var loaded = Assert.IsType<MeanLoss>(MetricFactory.FromEnvelope(saved));

        Assert.Equal($"CifarVision>{loss.GetType().Name}", saved["registered_name"]!.GetValue<string>());
        Assert.Equal("mine", loaded.Name);
        Assert.Equal(new MeanLoss(loss, "mine").GetConfig().ToJsonString(), loaded.GetConfig().ToJsonString());
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("acc")]
    public void Accuracy_IsWrittenAsKerasText(string name)
    {
        Metric metric = MetricFactory.FromEnvelope(name);

        Assert.IsType<Accuracy>(metric);
        Assert.Equal(name, metric.Name);
        Assert.Equal(name, metric.ToKeras().GetValue<string>());
    }

    [Theory]
    [InlineData("categorical_accuracy", typeof(CategoricalAccuracy))]
    [InlineData("CategoricalAccuracy", typeof(CategoricalAccuracy))]
    [InlineData("sparse_categorical_accuracy", typeof(SparseCategoricalAccuracy))]
    [InlineData("binary_accuracy", typeof(BinaryAccuracy))]
    [InlineData("top_k_categorical_accuracy", typeof(TopKCategoricalAccuracy))]
    [InlineData("sparse_top_k_categorical_accuracy", typeof(SparseTopKCategoricalAccuracy))]
    [InlineData("auc", typeof(AUC))]
    [InlineData("AUC", typeof(AUC))]
    [InlineData("precision", typeof(Precision))]
    [InlineData("recall", typeof(Recall))]
    [InlineData("mse", typeof(MeanLoss))]
    [InlineData("kl_divergence", typeof(MeanLoss))]
    [InlineData("categorical_crossentropy", typeof(MeanLoss))]
    public void FromEnvelope_Name_GivesTheClassUnderThatKey(string name, Type type)
    {
        Metric metric = MetricFactory.FromEnvelope(name);

        Assert.IsType(type, metric);
        Assert.Equal(name, metric.Name);
    }

    [Fact]
    public void FromEnvelope_Function_GivesTheClass()
    {
        Metric metric = MetricFactory.FromEnvelope(JsonNode.Parse(
            """{"module": "keras.metrics", "class_name": "function", "config": "categorical_accuracy", "registered_name": "categorical_accuracy"}""")!);

        Assert.Equal("categorical_accuracy", Assert.IsType<CategoricalAccuracy>(metric).Name);
    }

    [Fact]
    public void FromConfig_EnvelopeWithoutName_HasTheDefaultName()
    {
        Assert.Equal("binary_accuracy", MetricFactory.FromEnvelope(JsonNode.Parse("""{"class_name": "BinaryAccuracy", "config": {}}""")!).Name);
    }

    [Theory]
    [InlineData("\"poisson\"", "There is no metric poisson.")]
    [InlineData("""{"class_name": "AUC", "config": {"curve": "PRGAIN"}}""", "AUC: curve must be one of ROC, PR, but was")]
    [InlineData("""{"class_name": "AUC", "config": {"thresholds": 0.5}}""", "AUC: thresholds must be a list of numbers or null, but was 0.5.")]
    [InlineData("""{"class_name": "MeanIoU", "config": {}}""", "There is no metric MeanIoU.")]
    [InlineData("""{"module": "keras.metrics", "class_name": "Accuracy", "config": {"name": "accuracy"}}""", "Accuracy: Keras' class of this name asks whether outputs equal labels")]
    [InlineData("""{"class_name": "F1Score", "config": {"average": null}}""", "F1Score: average must be micro, macro or weighted, but was null.")]
    [InlineData("""{"class_name": "Precision", "config": {"top_k": 3}}""", "Precision: top_k is supported only as null, but was 3.")]
    [InlineData("""{"class_name": "Precision", "config": {"thresholds": [0.1, 0.2]}}""", "Precision: thresholds must be a number")]
    [InlineData("""{"class_name": "CategoricalAccuracy", "config": {"dtype": "float64"}}""", "CategoricalAccuracy: dtype is supported only as \"float32\"")]
    [InlineData("""{"class_name": "CategoricalAccuracy", "config": {"k": 5}}""", "CategoricalAccuracy: k is no known setting")]
    public void FromConfig_WhatIsNotOffered_IsAnErrorThatNamesIt(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => MetricFactory.FromEnvelope(JsonNode.Parse(json)!));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetConfig_OfMeanLoss_HoldsWhatKerasMetricsTake()
    {
        string[] Keys(Loss loss) => [.. new MeanLoss(loss).GetConfig().Select(pair => pair.Key)];

        Assert.Equal(["name", "dtype", "from_logits", "label_smoothing", "axis"], Keys(new CategoricalCrossentropy()));
        Assert.Equal(["name", "dtype", "from_logits"], Keys(new SparseCategoricalCrossentropy()));
        Assert.Equal(["name", "dtype", "from_logits", "label_smoothing"], Keys(new BinaryCrossentropy()));
        Assert.Equal(["name", "dtype"], Keys(new MeanAbsoluteError()));
    }
}
