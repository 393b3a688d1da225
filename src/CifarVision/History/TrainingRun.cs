namespace CifarVision.History;

/// <summary>Where and how the epochs of a <see cref="TrainingHistory"/> were trained: what is needed to repeat the run and to compare its speed.</summary>
/// <param name="Started">When Fit began.</param>
/// <param name="Device">The device, for example <c>CPU (AVX-512, bfloat16)</c>.</param>
/// <param name="Threads">The threads that an operation may use on the CPU.</param>
/// <param name="Precision">The dtype policy under Keras' name, for example <c>mixed_bfloat16</c>.</param>
/// <param name="Seed">The seed; of a resumed run that of its first start.</param>
/// <param name="Processes">The processes that trained together.</param>
/// <param name="BatchSize">Samples per batch.</param>
/// <param name="Samples">Samples per epoch, without those of the validation.</param>
/// <param name="ValidationSamples">Samples per validation; 0 without.</param>
/// <param name="Software">The versions of the library, TorchSharp, .NET and the operating system.</param>
public sealed record TrainingRun(
    DateTimeOffset Started,
    string Device,
    int Threads,
    string Precision,
    long Seed,
    int Processes,
    int BatchSize,
    long Samples,
    long ValidationSamples,
    IReadOnlyDictionary<string, string> Software)
{
    /// <summary>
    /// The duration of each epoch in seconds, including its validation and callbacks. An epoch that was resumed counts from there on, and the first one includes
    /// the warm-up.
    /// </summary>
    public IReadOnlyList<double> EpochSeconds { get; init; } = [];

    /// <summary>The largest memory of the process at the end of the last epoch, in bytes; 0 if the system does not tell.</summary>
    public long PeakMemory { get; init; }
}
