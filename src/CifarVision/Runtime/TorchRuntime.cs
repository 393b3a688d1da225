using System.Security.Cryptography;
using CifarVision.Runtime.Natives;

namespace CifarVision.Runtime;

/// <summary>The process's settings: device, seed and threads. Its first use loads torch and gives it memory that is kept between steps.</summary>
public static class TorchRuntime
{
    /// <summary>The variable that, set to <c>system</c>, leaves torch the allocator of the system.</summary>
    internal const string AllocatorSwitch = "CIFARVISION_ALLOCATOR";

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
    /// faster. Default false, so that every device gives the same numbers. The CPU takes no notice.
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
            return new RandomStream(occurrence == 0 ? name : FormattableString.Invariant($"{name}#{occurrence}"));
        }
    }

    /// <summary>The seed, and how many streams of each name were begun under it: with the streams' counters, the whole random state.</summary>
    internal static (long Seed, IReadOnlyDictionary<string, int> Streams) RandomState
    {
        get
        {
            long seed = Seed;
            lock (Gate)
                return (seed, new Dictionary<string, int>(StreamsByName));
        }

        set
        {
            // Setting the same seed would start every stream of the process anew.
            if (value.Seed != Seed)
                SetSeed(value.Seed);
            lock (Gate)
            {
                StreamsByName.Clear();
                foreach ((string name, int count) in value.Streams)
                    StreamsByName.Add(name, count);
            }
        }
    }

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
            NativeLoader.Load();
            if (Environment.GetEnvironmentVariable(AllocatorSwitch) != "system")
                TorchAllocator.Install();
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
