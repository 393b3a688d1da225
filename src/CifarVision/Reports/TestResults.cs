using System.Diagnostics;
using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Metrics;
using CifarVision.Models;

namespace CifarVision.Reports;

/// <summary>What a model predicts for the test data.</summary>
internal sealed class TestResults
{
    private const int BatchSize = 128;
    private const double Slack = 1e-5;

    /// <summary>Predicts the classes of the test data, and evaluates the model if it is compiled.</summary>
    /// <exception cref="ArgumentException">The model, the data and the names do not fit together.</exception>
    public TestResults(Model model, ImageDataset data, IReadOnlyList<string>? classNames)
    {
        int classes = RequireClasses(model, data);
        if (classNames is not null && classNames.Count != classes)
            throw new ArgumentException(FormattableString.Invariant($"TrainingReport: classNames must be {classes}, one for each class of the model, but was {classNames.Count}."), nameof(classNames));
        Data = data;
        Names = classNames ?? [.. Enumerable.Range(0, classes).Select(i => FormattableString.Invariant($"class {i}"))];
        long start = Stopwatch.GetTimestamp();
        Probabilities = model.Predict(data, BatchSize);
        Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        RequireProbabilities(model, Probabilities);
        Matrix = new ConfusionMatrix(classes);
        Matrix.Update(data.Labels, Probabilities);
        Scores = new ClassificationReport(Matrix, Names);
        Metrics = model.Optimizer is null ? new Dictionary<string, double>() : model.Evaluate(data, BatchSize, verbose: 0);
    }

    /// <summary>The images and labels.</summary>
    public ImageDataset Data { get; }

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The output of the model, (N, classes) or (N, 1).</summary>
    public NDArray Probabilities { get; }

    /// <summary>The duration of the prediction.</summary>
    public double Seconds { get; }

    /// <summary>The predictions by class.</summary>
    public ConfusionMatrix Matrix { get; }

    /// <summary>The scores of each class.</summary>
    public ClassificationReport Scores { get; }

    /// <summary>Loss and metrics of Evaluate; empty if the model is not compiled.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; }

    private static int RequireClasses(Model model, ImageDataset data)
    {
        if (model.Inputs.Count != 1 || model.Outputs is not [{ Shape: { Rank: 1 } shape }])
            throw new ArgumentException($"TrainingReport: model must have one input and one output of a probability for each class, but '{model.Name}' has {model.Inputs.Count} inputs and {model.Outputs.Count} outputs. Evaluate it with the types of CifarVision.Evaluation.", nameof(model));
        if (!data.HasLabels)
            throw new ArgumentException("TrainingReport: testData must have labels, but has none. Load it with labels: true.", nameof(data));
        int classes = Math.Max(2, (int)shape.ElementCount);
        return data.ClassCount <= classes
            ? classes
            : throw new ArgumentException(FormattableString.Invariant($"TrainingReport: testData must be of the {classes} classes of the model, but has {data.ClassCount}."), nameof(data));
    }

    private static void RequireProbabilities(Model model, NDArray outputs)
    {
        double[] values = outputs.astype(typeof(double)).ravel().ToArray<double>();
        int wrong = Array.FindIndex(values, value => value is not (>= -Slack and <= 1 + Slack));
        if (wrong < 0)
            return;
        string advice = double.IsFinite(values[wrong]) ? "End the model with a softmax or sigmoid." : "Check the weights and the images for NaN.";
        throw new ArgumentException(FormattableString.Invariant($"TrainingReport: the outputs of model must be probabilities from 0 to 1, but one was {values[wrong]:G4}. {advice}"), nameof(model));
    }
}
