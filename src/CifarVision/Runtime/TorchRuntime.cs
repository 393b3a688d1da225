using System.Security.Cryptography;

namespace CifarVision.Runtime;

/// <summary>The process's settings: device, seed and threads. Its first use loads torch and tunes the allocator.</summary>
public static class TorchRuntime
{
    private static readonly Dictionary<string, int> StreamsByName = [];
    private static readonly Lock Gate = new();
    private static Device? _defaultDevice;
    private static long? _seed;

    static TorchRuntime() => NativeLoader.Register();

    /// <summary>Where models are built and trained unless Compile says otherwise: CUDA where there is one, else the CPU.</summary>
    public static Device DefaultDevice
    {
        get => _defaultDevice ??= torch.cuda.is_available() ? torch.CUDA : torch.CPU;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _defaultDevice = value;
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
    public static int Threads
    {
        get => torch.get_num_threads();
        set
        {
            if (value < 1)
                throw new ArgumentOutOfRangeException(nameof(value), $"TorchRuntime: Threads must be at least 1, but was {value}.");
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
    public static void SetSeed(long seed)
    {
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
}
