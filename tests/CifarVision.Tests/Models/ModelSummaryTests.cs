using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

public class ModelSummaryTests
{
    [Fact]
    public void Detailed_SmallModel_AddsCostsToKerasTable()
    {
        using var culture = new CultureScope("de-DE");
        using var model = new Sequential((4, 4, 2), new Conv2D(3, 3, padding: Padding.Same), new Flatten(), new Dense(5));

        // Conv2D: 16 places, 3 filters, 18 taps each, 2 operations a tap. Dense: 48 x 5. Training: threefold, less the convolution's input gradient.
        Assert.Equal(
            """
            Model: "sequential"
            ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━━┓
            ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃         FLOPs ┃ Activations ┃    Weights ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━┩
            │ conv2d (Conv2D)                 │ (None, 4, 4, 3)        │            57 │         1,728 │    192.00 B │   228.00 B │
            ├─────────────────────────────────┼────────────────────────┼───────────────┼───────────────┼─────────────┼────────────┤
            │ flatten (Flatten)               │ (None, 48)             │             0 │             0 │    192.00 B │     0.00 B │
            ├─────────────────────────────────┼────────────────────────┼───────────────┼───────────────┼─────────────┼────────────┤
            │ dense (Dense)                   │ (None, 5)              │           245 │           480 │     20.00 B │   980.00 B │
            └─────────────────────────────────┴────────────────────────┴───────────────┴───────────────┴─────────────┴────────────┘
             Total params: 302 (1.18 KB)
             Trainable params: 302 (1.18 KB)
             Non-trainable params: 0 (0.00 B)
             Forward FLOPs per sample: 2,208 (0.000 GFLOP)
             Training FLOPs per sample: 4,896 (0.000 GFLOP)
             Activations per sample: 404.00 B
             Weights: 1.18 KB


            """.ReplaceLineEndings("\n"),
            Detailed(model));
    }

    [Fact]
    public void Detailed_AlexNet_TakesTheKnownOperations()
    {
        using Sequential model = AlexNetBuilder.Create((32, 32, 3), 10);

        // Five convolutions and three dense layers, 2 a multiply-add: what the profiler of TensorFlow counts for them.
        Assert.Equal(582_107_136, model.ForwardFlops);
        Assert.EndsWith(
            """
             Forward FLOPs per sample: 582,107,136 (0.582 GFLOP)
             Training FLOPs per sample: 1,741,012,992 (1.741 GFLOP)
             Activations per sample: 1.30 MB
             Weights: 140.87 MB


            """.ReplaceLineEndings("\n"),
            Detailed(model),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Detailed_Composite_HasTheSumOfItsLayers()
    {
        using var model = new Sequential((4, 4, 2), ResidualModel.Create((4, 4, 2), [new Conv2D(2, 3, padding: Padding.Same)], [new Conv2D(2, 1)]));

        // 16 places, 2 filters, 18 and 2 taps; activations: two outputs and their sum, 32 values each.
        Assert.Equal(2 * 16 * 2 * (18 + 2), model.ForwardFlops);
        Assert.Contains("Activations per sample: 384.00 B", Detailed(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2 * 4 * 4 * 4 * (9 * 2))]
    [InlineData(2, 2 * 4 * 4 * 4 * 9)]
    public void ForwardFlops_GroupsOfAConvolution_SeeOnlyTheirChannels(int groups, long expected)
    {
        using var model = new Sequential((4, 4, 2), new Conv2D(4, 3, padding: Padding.Same, groups: groups));

        Assert.Equal(expected, model.ForwardFlops);
    }

    [Fact]
    public void Detailed_NotBuilt_CountsNothing()
    {
        using var model = new Sequential(new Dense(3));

        Assert.Contains("0 (unbuilt)", Detailed(model), StringComparison.Ordinal);
        Assert.Contains("Forward FLOPs per sample: 0 ", Detailed(model), StringComparison.Ordinal);
        Assert.Contains("Activations per sample: 0.00 B", Detailed(model), StringComparison.Ordinal);
    }

    private static string Detailed(Sequential model)
    {
        using var text = new StringWriter();
        model.Summary(text, detailed: true);
        return text.ToString();
    }
}
