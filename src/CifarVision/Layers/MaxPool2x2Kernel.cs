using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// The loops of <see cref="MaxPool2x2"/> over memory. Floating-point numbers are compared as whole numbers in the same order, which works
/// alike for float32 and for bfloat16, for which there are no instructions to compare.
/// </summary>
internal static unsafe class MaxPool2x2Kernel
{
    private const short InfinityOfBFloat16 = 0x7F80;
    private const int InfinityOfFloat32 = 0x7F80_0000;

    /// <summary>Room for the place of each window's largest value, 0 to 3: as wide as the values, so that one vector holds as many.</summary>
    public static Tensor EmptyWinners(Tensor images) => torch.empty(Halved(images), images.dtype == ScalarType.BFloat16 ? ScalarType.Int16 : ScalarType.Int32);

    /// <summary>The largest value of each window; of equals the first is noted as the winner.</summary>
    public static Tensor Pool(Tensor images, Tensor? winners)
    {
        Tensor pooled = torch.empty(Halved(images), images.dtype);
        if (images.dtype == ScalarType.BFloat16)
            Pool(images, pooled, winners, InfinityOfBFloat16);
        else
            Pool(images, pooled, winners, InfinityOfFloat32);
        return pooled;
    }

    /// <summary>The gradient of the images: that of each window at the place of its winner, 0 elsewhere.</summary>
    public static Tensor Spread(Tensor gradient, Tensor winners)
    {
        long[] half = gradient.shape;
        Tensor spread = torch.empty([half[0], 2 * half[1], 2 * half[2], half[3]], gradient.dtype);
        if (gradient.dtype == ScalarType.BFloat16)
            Spread<short>(gradient, winners, spread);
        else
            Spread<int>(gradient, winners, spread);
        return spread;
    }

    private static void Pool<T>(Tensor images, Tensor pooled, Tensor? winners, T infinity)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        (long rows, int width, int channels) = Rows(pooled);
        T* from = Address<T>(images);
        T* to = Address<T>(pooled);
        T* places = winners is null ? null : Address<T>(winners);
        ForEachRow(rows, row =>
        {
            T* upper = from + (row * 4 * width * channels);
            T* lower = upper + (2 * width * channels);
            for (int column = 0; column < width; column++)
            {
                for (int channel = 0; channel < channels; channel += Vector<T>.Count)
                {
                    T* top = upper + (2 * column * channels) + channel;
                    T* bottom = lower + (2 * column * channels) + channel;
                    Vector<T> largest = Vector.Load(top);
                    Vector<T> key = Ordered(largest, infinity);
                    Vector<T> winner = Vector<T>.Zero;
                    Challenge(Vector.Load(top + channels), 1, infinity, ref largest, ref key, ref winner);
                    Challenge(Vector.Load(bottom), 2, infinity, ref largest, ref key, ref winner);
                    Challenge(Vector.Load(bottom + channels), 3, infinity, ref largest, ref key, ref winner);
                    long at = (((row * width) + column) * channels) + channel;
                    largest.Store(to + at);
                    if (places != null)
                        winner.Store(places + at);
                }
            }
        });
        GC.KeepAlive(images);
    }

    private static void Spread<T>(Tensor gradient, Tensor winners, Tensor spread)
        where T : unmanaged, IBinaryInteger<T>
    {
        (long rows, int width, int channels) = Rows(gradient);
        T* from = Address<T>(gradient);
        T* places = Address<T>(winners);
        T* to = Address<T>(spread);
        ForEachRow(rows, row =>
        {
            T* upper = to + (row * 4 * width * channels);
            T* lower = upper + (2 * width * channels);
            for (int column = 0; column < width; column++)
            {
                for (int channel = 0; channel < channels; channel += Vector<T>.Count)
                {
                    long at = (((row * width) + column) * channels) + channel;
                    Vector<T> value = Vector.Load(from + at);
                    Vector<T> winner = Vector.Load(places + at);
                    T* top = upper + (2 * column * channels) + channel;
                    T* bottom = lower + (2 * column * channels) + channel;
                    At(0, winner, value).Store(top);
                    At(1, winner, value).Store(top + channels);
                    At(2, winner, value).Store(bottom);
                    At(3, winner, value).Store(bottom + channels);
                }
            }
        });
        GC.KeepAlive(gradient);
        GC.KeepAlive(winners);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Challenge<T>(Vector<T> values, int place, T infinity, ref Vector<T> largest, ref Vector<T> key, ref Vector<T> winner)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Vector<T> itsKey = Ordered(values, infinity);
        Vector<T> wins = Vector.GreaterThan(itsKey, key);
        largest = Vector.ConditionalSelect(wins, values, largest);
        key = Vector.ConditionalSelect(wins, itsKey, key);
        winner = Vector.ConditionalSelect(wins, new Vector<T>(T.CreateTruncating(place)), winner);
    }

    /// <summary>Whole numbers in the order of the floating-point numbers with these bits: -0 equals 0, and NaN is above all, as torch has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Ordered<T>(Vector<T> bits, T infinity)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var largest = new Vector<T>(T.MaxValue);
        Vector<T> magnitude = bits & largest;
        Vector<T> sign = bits >> ((8 * sizeof(T)) - 1);
        Vector<T> signed = (magnitude ^ sign) - sign;
        return Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<T>(infinity)), largest, signed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> At<T>(int place, Vector<T> winner, Vector<T> value)
        where T : unmanaged, IBinaryInteger<T> => Vector.Equals(winner, new Vector<T>(T.CreateTruncating(place))) & value;

    private static void ForEachRow(long rows, Action<long> work) =>
        Parallel.For(0L, rows, new ParallelOptions { MaxDegreeOfParallelism = TorchRuntime.Threads }, work);

    private static (long Count, int Width, int Channels) Rows(Tensor pooled)
    {
        long[] shape = pooled.shape;
        return (shape[0] * shape[1], checked((int)shape[2]), checked((int)shape[3]));
    }

    private static long[] Halved(Tensor images)
    {
        long[] shape = images.shape;
        return [shape[0], shape[1] / 2, shape[2] / 2, shape[3]];
    }

    private static T* Address<T>(Tensor tensor)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
