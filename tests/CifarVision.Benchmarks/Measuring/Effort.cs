namespace CifarVision.Benchmarks.Measuring;

/// <summary>How thoroughly to measure.</summary>
/// <param name="Name">As in <c>--effort</c>.</param>
/// <param name="Rounds">How often each process is started, in turn with the others.</param>
/// <param name="BatchSize">Images a training step.</param>
/// <param name="MatrixSize">Rows and columns of the matrices to multiply.</param>
/// <param name="WarmUps">Calls that are not counted. In the first eight or so training steps the heap grows, and its new pages cost time once.</param>
/// <param name="LeastCalls">Calls that are counted, at least.</param>
/// <param name="SecondsPerFigure">How long to go on calling.</param>
/// <param name="EpochSteps">Training steps of one call of Fit.</param>
/// <param name="MemoryEpochSteps">Training steps of an epoch where memory is looked at.</param>
/// <param name="RecordsPerFile">Images in each of six files, where they are drawn.</param>
/// <param name="PredictImages">Images to predict.</param>
internal sealed record Effort(
    string Name,
    int Rounds,
    int BatchSize,
    int MatrixSize,
    int WarmUps,
    int LeastCalls,
    double SecondsPerFigure,
    int EpochSteps,
    int MemoryEpochSteps,
    int RecordsPerFile,
    int PredictImages)
{
    public static Effort Full { get; } = new("full", 3, 128, 4096, 10, 5, 8, 8, 40, 10_000, 10_000);

    public static Effort Quick { get; } = new("quick", 2, 128, 4096, 1, 2, 1, 2, 4, 10_000, 1_000);

    /// <summary>Whether the code runs at all, for tests.</summary>
    public static Effort Smoke { get; } = new("smoke", 1, 2, 32, 0, 1, 0, 1, 1, 10, 3);

    public static IReadOnlyList<Effort> All { get; } = [Full, Quick, Smoke];
}
