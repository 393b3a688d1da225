using System.Security.Cryptography;
using CifarVision.Runtime.Natives;

namespace CifarVision.Runtime;

/// <summary>The process's settings: device, seed and threads. Its first use loads torch and gives it memory that is kept between steps.</summary>
public static class TorchRuntime
{
    private static readonly Dictionary<string, int> StreamsByName = [];
    private static readonly Lock Gate = new();
    private static readonly Lock LoadGate = new();
    private static volatile bool _isLoaded;
    private static Device? _defaultDevice;
    private static long? _seed;

    /// <summary>
    /// Where models are built and trained unless Compile says otherwise: CUDA where there is one, else the CPU. Apple's MPS is used only
    /// where it is set here.
    /// </summary>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load; the message says what to do.</exception>
    public static Device DefaultDevice
    {
        get
        {
            EnsureLoaded();
            return _defaultDevice ??= torch.cuda.is_available() ? torch.CUDA : torch.CPU;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            EnsureLoaded();
            _defaultDevice = value;
        }
    }

    /// <summary>
    /// Whether CUDA may round the inputs of float32 convolutions and matrix products to 10 bits of mantissa (TF32), which newer GPUs compute
    /// faster. Default false, so that every device gives the same numbers; a program that changed torch's own flags in
    /// <c>torch.backends</c> before it used this library keeps them. The CPU ignores it.
    /// </summary>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load; the message says what to do.</exception>
    public static bool AllowTF32
    {
        get
        {
            EnsureLoaded();
            return torch.backends.cuda.matmul.allow_tf32;
        }

        set
        {
            EnsureLoaded();
            SetTF32(value);
        }
    }

    /// <summary>The seed in force. Without <see cref="SetSeed"/> one is drawn at the first need; the training header prints it.</summary>
    public static long Seed
    {
        get
        {
            lock (Gate)
                return _seed ??= RandomNumberGenerator.GetInt32(int.MaxValue);
        }
    }

    /// <summary>How many threads one operation may use on the CPU.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is under 1.</exception>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load; the message says what to do.</exception>
    public static int Threads
    {
        get
        {
            EnsureLoaded();
            return torch.get_num_threads();
        }

        set
        {
            if (value < 1)
                throw new ArgumentOutOfRangeException(nameof(value), FormattableString.Invariant($"TorchRuntime: Threads must be at least 1, but was {value}."));
            EnsureLoaded();
            torch.set_num_threads(value);
        }
    }

    /// <summary>Where large CPU tensors get their memory: <c>block cache</c> or <c>system</c>, as the run header prints it. Known once torch is loaded.</summary>
    internal static string Allocator { get; private set; } = AllocatorChoice.System;

    /// <summary>Counts the calls of <see cref="SetSeed"/>, so that streams notice a new seed.</summary>
    internal static int SeedVersion { get; private set; }

    /// <summary>
    /// Makes what follows reproducible: initial weights, dropout, augmentation and shuffling. The same seed and program give the same run
    /// (Keras: <c>keras.utils.set_random_seed</c>).
    /// </summary>
    /// <param name="seed">Any number.</param>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load; the message says what to do.</exception>
    public static void SetSeed(long seed)
    {
        EnsureLoaded();
        lock (Gate)
        {
            _seed = seed;
            SeedVersion++;
            StreamsByName.Clear();
        }
    }

    /// <summary>A stream that follows the seed. The second of one name is another stream, so that two equal models differ.</summary>
    internal static RandomStream NewStream(string name)
    {
        lock (Gate)
        {
            int occurrence = StreamsByName.TryGetValue(name, out int count) ? count : 0;
            StreamsByName[name] = occurrence + 1;
            return new RandomStream(StreamName(name, occurrence));
        }
    }

    /// <summary>How many streams of each name were begun under the seed in force.</summary>
    internal static IReadOnlyDictionary<string, int> BegunStreams
    {
        get
        {
            lock (Gate)
                return new Dictionary<string, int>(StreamsByName);
        }
    }

    /// <summary>The full name of a stream.</summary>
    /// <param name="name">The purpose.</param>
    /// <param name="occurrence">How many streams for it were begun before.</param>
    internal static string StreamName(string name, int occurrence) => occurrence == 0 ? name : FormattableString.Invariant($"{name}#{occurrence}");

    /// <summary>Loads torch unless that was done. Not in a static constructor, whose failure would hide the message that says what to do.</summary>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load.</exception>
    internal static void EnsureLoaded()
    {
        if (_isLoaded)
            return;
        lock (LoadGate)
        {
            if (_isLoaded)
                return;
            bool wantsBlockCache = AllocatorChoice.WantsBlockCache(Environment.GetEnvironmentVariable(AllocatorChoice.Variable));
            NativeLoader.Load();
            Allocator = AllocatorChoice.Apply(wantsBlockCache, Console.Error);
            // Only where both flags still have torch's defaults: the program may have set them before it used this library.
            if (!torch.backends.cuda.matmul.allow_tf32 && torch.backends.cudnn.allow_tf32)
                SetTF32(false);
            _isLoaded = true;
        }
    }

    // Torch's own defaults differ: false for products, true for convolutions.
    private static void SetTF32(bool allow)
    {
        torch.backends.cuda.matmul.allow_tf32 = allow;
        torch.backends.cudnn.allow_tf32 = allow;
    }
}
