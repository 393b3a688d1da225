namespace CifarVision.GpuCheck;

/// <summary>The number formats of a comparison.</summary>
internal enum Precision
{
    Float32,

    /// <summary>float32 whose products may round their inputs to TF32; as Float32 on the CPU.</summary>
    TF32,
    BFloat16,
}
