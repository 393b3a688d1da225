using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Paints one image of a class: a figure in one colour on a ground that runs from one colour to another, under noise.</summary>
internal sealed class ShapePainter(RandomStream random, int side)
{
    public const int ClassCount = 10;

    private const int FirstTexture = 6;
    private readonly float[] _draws = new float[32];
    private readonly ulong[] _noise = new ulong[side * side * 3 / 4];

    public void Paint(int label, Span<byte> pixels)
    {
        random.NextUniform(_draws);
        random.NextBits(_noise);
        (float[] ground, float[] groundEnd, float[] figure) = Colours(_draws);
        float slope = MathF.Tau * _draws[9];
        float noise = Between(0.05f, 0.18f, _draws[10]);
        bool isTexture = label >= FirstTexture;

        // A shape is 8 to 13 pixels in radius and lies inside; a texture fills the image, with a period of 6 to 11.
        float size = isTexture ? Between(6, 11, _draws[11]) : Between(8, 13, _draws[11]);
        float turn = (_draws[12] - 0.5f) * (isTexture ? 0.5f : 1.2f);
        float room = isTexture ? size : (side / 2f) - (0.8f * size);
        float centreX = (side / 2f) + ((_draws[13] - 0.5f) * 2 * room);
        float centreY = (side / 2f) + ((_draws[14] - 0.5f) * 2 * room);
        (float sin, float cos) = MathF.SinCos(turn);
        for (int y = 0, at = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                float dx = (x - centreX) / size;
                float dy = (y - centreY) / size;
                float cover = Cover(label, (dx * cos) + (dy * sin), (dy * cos) - (dx * sin), size);
                float along = 0.5f + ((((x * MathF.Cos(slope)) + (y * MathF.Sin(slope))) / side) * 0.5f);
                for (int c = 0; c < 3; c++, at++)
                {
                    float back = ground[c] + ((groundEnd[c] - ground[c]) * along);
                    float value = back + ((figure[c] - back) * cover) + (noise * Noise(at));
                    pixels[at] = (byte)Math.Clamp((value * 255) + 0.5f, 0, 255);
                }
            }
        }
    }

    // The ground's two colours are near each other; the figure is lighter or darker than both by at least 0.3.
    private static (float[] Ground, float[] GroundEnd, float[] Figure) Colours(float[] draws)
    {
        float[] ground = [draws[0], draws[1], draws[2]];
        float[] end = [.. ground.Select((value, c) => Math.Clamp(value + ((draws[15 + c] - 0.5f) * 0.3f), 0, 1))];
        float groundLight = (ground.Sum() + end.Sum()) / 6;
        float[] figure = [draws[3], draws[4], draws[5]];
        float light = figure.Sum() / 3;
        float wanted = groundLight < 0.35f || (groundLight < 0.65f && draws[6] < 0.5f)
            ? Between(groundLight + 0.3f, 1, draws[7])
            : Between(0, groundLight - 0.3f, draws[7]);
        return (ground, end, [.. figure.Select(value => Math.Clamp(value + wanted - light, 0, 1))]);
    }

    // How much of a pixel the figure covers, 0 to 1; u and v are in units of the figure's size.
    private static float Cover(int label, float u, float v, float size) => label switch
    {
        0 => Edge(MathF.Sqrt((u * u) + (v * v)) - 1, size),
        1 => Edge(MathF.Abs(MathF.Sqrt((u * u) + (v * v)) - 0.75f) - 0.25f, size),
        2 => Edge(MathF.Max(MathF.Abs(u), MathF.Abs(v)) - 0.85f, size),
        3 => Edge(MathF.Max((v * 0.5f) + (MathF.Abs(u) * 0.866f), -v) - 0.6f, size),
        4 => Edge(MathF.Min(Bar(u, v), Bar(v, u)), size),
        5 => Edge(MathF.Sqrt((u * u) + (v * v)) - StarRadius(MathF.Atan2(v, u)), size),
        6 => Stripe(v, size),
        7 => Stripe(u, size),
        8 => Exclusive(Stripe(u, size), Stripe(v, size)),
        _ => Edge(MathF.Sqrt(Square(Wave(u)) + Square(Wave(v))) - 0.28f, size),
    };

    private static float Edge(float distance, float size) => Math.Clamp(0.5f - (distance * size), 0, 1);

    private static float Bar(float u, float v) => MathF.Max(MathF.Abs(u) - 1, MathF.Abs(v) - 0.28f);

    // Five points: far out at a tip, near in between two.
    private static float StarRadius(float angle)
    {
        float part = MathF.Abs(Wave((angle / MathF.Tau * 5) + 0.25f)) * 2;
        return 1.15f - (0.7f * MathF.Sqrt(part));
    }

    private static float Stripe(float u, float size) => Edge(MathF.Abs(Wave(u)) - 0.25f, size);

    private static float Exclusive(float a, float b) => a + b - (2 * a * b);

    // The distance to the nearest whole number, with its sign: -0.5 to 0.5.
    private static float Wave(float u) => u - MathF.Round(u);

    private static float Square(float value) => value * value;

    private static float Between(float low, float high, float draw) => low + ((high - low) * draw);

    // The sum of two bytes, less its mean: -1 to 1, most often near 0.
    private float Noise(int at)
    {
        ulong word = _noise[at / 4] >> (at % 4 * 16);
        return ((byte)word + (byte)(word >> 8) - 255) / 255f;
    }
}
