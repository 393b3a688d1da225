using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Draws synthetic images. Not thread-safe.</summary>
/// <param name="random">The stream of the set; each image uses its own part, so that images can be drawn in any order.</param>
internal sealed class SyntheticPainter(RandomStream random)
{
    public const int Side = 32;
    public const int Channels = 3;
    public const int ImageBytes = Side * Side * Channels;

    private const int SettingCount = 16;
    private const int NoiseWords = 2 * ImageBytes / sizeof(ulong);
    private const float NoiseLevel = 0.15f;
    private readonly ulong[] _noise = new ulong[NoiseWords];

    /// <summary>Draws an image.</summary>
    /// <param name="index">The index in the set, which determines the random numbers.</param>
    /// <param name="form">The form to draw.</param>
    /// <param name="pixels">The pixels to fill, (32, 32, 3).</param>
    public void Paint(int index, SyntheticForm form, Span<byte> pixels)
    {
        random.Counter = (long)index * (SettingCount + NoiseWords);
        Span<float> settings = stackalloc float[SettingCount];
        random.NextUniform(settings);
        random.NextBits(_noise);
        ReadOnlySpan<byte> noise = MemoryMarshal.AsBytes<ulong>(_noise);

        float centreX = Between(settings[0], 12, 19);
        float centreY = Between(settings[1], 12, 19);
        float size = Between(settings[2], 7.5f, 11.5f);
        float share = settings[3];
        (float sin, float cos) = MathF.SinCos(Between(settings[4], -0.2f, 0.2f));

        // One dark and one bright color in random roles, so that brightness is independent of the class.
        bool isBright = settings[5] < 0.5f;
        Span<float> front = stackalloc float[Channels];
        Span<float> behind = stackalloc float[Channels];
        for (int c = 0; c < Channels; c++)
        {
            float dark = Between(settings[6 + c], 0.05f, 0.45f);
            float bright = Between(settings[9 + c], 0.55f, 0.95f);
            (front[c], behind[c]) = isBright ? (bright, dark) : (dark, bright);
        }

        float slopeX = Between(settings[12], -0.008f, 0.008f);
        float slopeY = Between(settings[13], -0.008f, 0.008f);
        for (int i = 0; i < Side * Side; i++)
        {
            float x = (i % Side) - centreX;
            float y = (i / Side) - centreY;
            float distance = SyntheticForms.Distance(form, (cos * x) + (sin * y), (cos * y) - (sin * x), size, share);
            float cover = Math.Clamp(0.5f - distance, 0, 1);
            float light = (slopeX * x) + (slopeY * y);
            for (int c = 0; c < Channels; c++)
            {
                int at = (i * Channels) + c;
                // The sum of two bytes: noise of a triangular distribution.
                float grain = NoiseLevel * (((noise[2 * at] + noise[(2 * at) + 1]) * (1 / 255f)) - 1);
                float value = behind[c] + (cover * (front[c] - behind[c])) + light + grain;
                pixels[at] = (byte)Math.Clamp((255 * value) + 0.5f, 0, 255);
            }
        }
    }

    private static float Between(float share, float low, float high) => low + (share * (high - low));
}
