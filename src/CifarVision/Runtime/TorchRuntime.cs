using System.Security.Cryptography;
using CifarVision.Runtime.Natives;

namespace CifarVision.Runtime;

/// <summary>The settings of the process: device, seed and threads. Its first use loads torch and installs the block cache for tensors.</summary>
public static class TorchRuntime
{
    private static readonly Dictionary<string, int> StreamsByName = [];
    private static readonly Lock Gate = new();
    private static readonly Lock LoadGate = new();
    private static volatile bool _isLoaded;
    private static Device? _defaultDevice;
    private static long? _seed;
    private static bool _isSeedChosen;

    /// <summary>
    /// The folder of libtorch's libraries if they are not next to the application: the <c>lib</c> folder of an unpacked libtorch or of a PyTorch
    /// installation, for the CPU or for CUDA, on Linux x64. Null for the libtorch of a package. Default: the environment variable <c>CIFARVISION_LIBTORCH</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set after the first use of torch.</exception>
    public static string? LibtorchFolder
    {
        get => ChosenLibtorch.Path;
        set
        {
            lock (LoadGate)
            {
                if (_isLoaded)
                    throw new InvalidOperationException($"TorchRuntime: LibtorchFolder must be set before torch is loaded, but was set to '{value}' after it. Set it first in the program.");
                ChosenLibtorch.Path = value;
            }
        }
    }

    /// <summary>
    /// The device on which models are built and trained unless Compile gets another: CUDA if it is available, else the CPU. Apple's MPS is used only if it is set
    /// here.
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
    /// Whether CUDA may round the inputs of float32 convolutions and matrix products to 10 bits of mantissa (TF32), which is faster on newer GPUs. Default false, so
    /// that all devices compute the same; if the program changed torch's own flags in <c>torch.backends</c> before it used this library, they are kept. The CPU
    /// ignores it.
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

    /// <summary>The current seed. Without <see cref="SetSeed"/> one is drawn on first use; the first line of the progress shows it.</summary>
    public static long Seed
    {
        get
        {
            lock (Gate)
                return _seed ??= RandomNumberGenerator.GetInt32(int.MaxValue);
        }
    }

    /// <summary>The number of threads that an operation may use on the CPU.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
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

    /// <summary>The allocator of large CPU tensors, as in the run header: <c>block cache</c> or <c>system</c>. Known once torch is loaded.</summary>
    internal static string Allocator { get; private set; } = AllocatorChoice.System;

    /// <summary>The number of calls of <see cref="SetSeed"/>, by which streams detect a new seed.</summary>
    internal static int SeedVersion { get; private set; }

    /// <summary>
    /// Sets the seed of initial weights, dropout, augmentation and shuffling (Keras: <c>keras.utils.set_random_seed</c>). The same seed and program give the same
    /// run.
    /// </summary>
    /// <param name="seed">Any number.</param>
    /// <exception cref="DllNotFoundException">Torch's native library is missing or does not load; the message says what to do.</exception>
    public static void SetSeed(long seed)
    {
        EnsureLoaded();
        lock (Gate)
        {
            _isSeedChosen = true;
            UseSeed(seed);
        }
    }

    /// <summary>Uses the seed of another process, unless the program has called <see cref="SetSeed"/>.</summary>
    internal static void AdoptSeed(long seed)
    {
        lock (Gate)
        {
            if (!_isSeedChosen)
                UseSeed(seed);
        }
    }

    /// <summary>Creates a stream that follows the seed. A second stream of the same name differs, so that two equal models differ.</summary>
    internal static RandomStream NewStream(string name)
    {
        lock (Gate)
        {
            int occurrence = StreamsByName.TryGetValue(name, out int count) ? count : 0;
            StreamsByName[name] = occurrence + 1;
            return new RandomStream(StreamName(name, occurrence));
        }
    }

    /// <summary>The number of streams of each name that were started with the current seed.</summary>
    internal static IReadOnlyDictionary<string, int> BegunStreams
    {
        get
        {
            lock (Gate)
                return new Dictionary<string, int>(StreamsByName);
        }
    }

    /// <summary>Returns the full name of a stream.</summary>
    /// <param name="name">The purpose.</param>
    /// <param name="occurrence">The number of streams for it that were started before.</param>
    internal static string StreamName(string name, int occurrence) => occurrence == 0 ? name : FormattableString.Invariant($"{name}#{occurrence}");

    /// <summary>Loads torch if it is not loaded yet. Not in a static constructor, whose failure would hide the message that says what to do.</summary>
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
            bool isWarnedOf = ChosenLibtorch.CheckVersion(Console.Error);
            Allocator = AllocatorChoice.Apply(wantsBlockCache, isWarnedOf ? TextWriter.Null : Console.Error);
            // Only if both flags still have torch's defaults: the program may have set them before it used this library.
            if (!torch.backends.cuda.matmul.allow_tf32 && torch.backends.cudnn.allow_tf32)
                SetTF32(false);
            _isLoaded = true;
        }
    }

    // Torch's own defaults differ: false for products, true for convolutions.
    private static void UseSeed(long seed)
    {
        _seed = seed;
        SeedVersion++;
        StreamsByName.Clear();
    }

    private static void SetTF32(bool allow)
    {
        torch.backends.cuda.matmul.allow_tf32 = allow;
        torch.backends.cudnn.allow_tf32 = allow;
    }
}
