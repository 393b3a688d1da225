using CifarVision.Evaluation;

namespace CifarVision.Tests.Evaluation;

/// <summary>What a user may get wrong, which every type of the folder reports in the same words.</summary>
public class ClassPredictionsTests
{
    private static readonly NDArray Labels = np.array(new[] { 0, 1, 2 });
    private static readonly NDArray Thirds = np.array(new float[,] { { 0.5f, 0.3f, 0.2f }, { 0.2f, 0.6f, 0.2f }, { 0.1f, 0.1f, 0.8f } });

    public static TheoryData<string> Types => ["ClassificationReport", "RocCurves", "PrecisionRecallCurves", "CalibrationCurve", "Mistake"];

    [Theory]
    [MemberData(nameof(Types))]
    public void Outputs_ThatAreNoProbabilities_AreAnError(string type)
    {
        Check(type, Labels, (Thirds * 10) - 2, "yPred must be probabilities from 0 to 1, but was 3 in row 0. End the model with a softmax or sigmoid, or apply it to the outputs.");
        Check(type, np.array(new[] { 0, 1 }), np.array(new[] { 0.5f, -3f }), "yPred must be probabilities from 0 to 1, but was -3 in row 1. End the model");
        Check(type, Labels, Thirds * float.NaN, "yPred must be probabilities from 0 to 1, but was NaN in row 0. Check the model's weights and inputs for NaN.");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Labels_ThatDoNotFit_AreAnError(string type)
    {
        Check(type, np.array(new[] { 0, 1, 3 }), Thirds, "yTrue must be whole numbers from 0 to 2, one of the 3 classes of the predictions, but was 3 in row 2. Number the classes from 0.");
        Check(type, np.array(new[] { 0, -1, 1 }), Thirds, "yTrue must be whole numbers from 0 to 2, one of the 3 classes of the predictions, but was -1 in row 1.");
        Check(type, np.array(new[] { 0, 0.5f, 1 }), Thirds, "yTrue must be whole numbers from 0 to 2, one of the 3 classes of the predictions, but was 0.5 in row 1.");
        Check(type, np.array(new[] { 0, 1, 2 }), np.array(new[] { 0.1f, 0.2f, 0.3f }), "yTrue must be whole numbers from 0 to 1, one of the 2 classes of the predictions, but was 2 in row 2.");
        Check(type, np.eye(4), Thirds, "yTrue must be integers (N,) or (N, 1), or one-hot rows (N, 3), but was (4, 4).");
        Check(type, np.array(new float[,] { { 1, 0, 0 }, { 0, 1, 1 }, { 0, 0, 1 } }), Thirds, "yTrue must be one-hot rows of a single 1 and zeros, but row 1 is not.");
        Check(type, np.array(new[] { 0, 1 }), Thirds, "yPred must have a row for each of the 2 labels, but was (3, 3).");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Data_WithoutRowsOrOfOtherShapes_IsAnError(string type)
    {
        Check(type, np.zeros(new Shape(0), typeof(int)), np.zeros(new Shape(0, 3), typeof(float)), "yTrue must have at least one label, but was empty, (0,).");
        Check(type, Labels, np.zeros(new Shape(3, 3, 1), typeof(float)), "yPred must be of shape (N, classes), (N, 1) or (N,), but was (3, 3, 1). Pass the result of Predict.");
    }

    private static void Check(string type, NDArray yTrue, NDArray yPred, string message)
    {
        Action create = type switch
        {
            "ClassificationReport" => () => _ = new ClassificationReport(yTrue, yPred),
            "RocCurves" => () => _ = new RocCurves(yTrue, yPred),
            "PrecisionRecallCurves" => () => _ = new PrecisionRecallCurves(yTrue, yPred),
            "CalibrationCurve" => () => _ = new CalibrationCurve(yTrue, yPred),
            _ => () => Mistake.MostCertain(yTrue, yPred),
        };
        var error = Assert.ThrowsAny<ArgumentException>(create);
        Assert.StartsWith($"{type}: {message}", error.Message, StringComparison.Ordinal);
    }
}
