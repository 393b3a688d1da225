using CifarVision.Layers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Models;

/// <summary>
/// MobileNetV2: a convolution, 17 inverted residual blocks, each with a 1 x 1 expansion, a depthwise convolution and a 1 x 1 projection, and a convolution with
/// 1280 filters. It equals <c>keras.applications.MobileNetV2</c>, with the same names and order of weights, so that each loads the other's files.
/// </summary>
/// <remarks>
/// Source: Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.
/// </remarks>
public static class MobileNetV2Builder
{
    private const int Expansion = 6;

    // The blocks of the paper's table 2: filters, stride of the first, count.
    private static readonly (int Filters, int Strides, int Count)[] Stages = [(16, 1, 1), (24, 2, 2), (32, 2, 3), (64, 2, 4), (96, 1, 3), (160, 2, 3), (320, 1, 1)];

    /// <summary>Creates the model; at (224, 224, 3), 1000 classes and alpha 1 it has 3,538,984 parameters, as in Keras.</summary>
    /// <param name="inputShape">One image, (height, width, channels); height and width at least 32, because they are halved five times.</param>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <param name="alpha">The factor of the number of filters in each layer, more than 0. Default 1.</param>
    /// <returns>A model whose output is probabilities, (N, numClasses); it must still be compiled. Preprocess its images with <see cref="PreprocessInput"/>.</returns>
    /// <exception cref="ArgumentException">The shape is not that of an image, or is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes, or alpha is not more than 0.</exception>
    public static Model Create(TensorShape inputShape, int numClasses, double alpha = 1.0)
    {
        inputShape = ImageModel.InputShape(nameof(MobileNetV2Builder), inputShape, minimumSide: 32, numClasses);
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), FormattableString.Invariant($"MobileNetV2Builder: alpha must be over 0, but was {alpha}. Pass 1, or less for a smaller model."));
        KerasTensor input = Keras.Input(inputShape);
        KerasTensor x = new Conv2D(MultipleOf8(32 * alpha), 3, 2, Padding.Same, useBias: false, name: "Conv1").Call(input);
        x = Relu(Normalized(x, "bn_Conv1"), "Conv1_relu");
        int block = 0;
        foreach ((int filters, int strides, int count) in Stages)
        {
            for (int i = 0; i < count; i++)
                x = Block(x, block++, MultipleOf8((int)(filters * alpha)), i == 0 ? strides : 1);
        }

        x = new Conv2D(alpha > 1 ? MultipleOf8(1280 * alpha) : 1280, 1, useBias: false, name: "Conv_1").Call(x);
        x = Relu(Normalized(x, "Conv_1_bn"), "out_relu");
        x = new GlobalAveragePooling2D().Call(x);
        x = new Dense(numClasses, ActivationFunction.Softmax, name: "predictions").Call(x);
        return new Model(input, x, name: FormattableString.Invariant($"mobilenetv2_{alpha:0.00}_{inputShape[0]}"));
    }

    /// <summary>Scales the values of images from 0 to 255 to -1 to 1, as the model expects them (Keras: <c>mobilenet_v2.preprocess_input</c>).</summary>
    /// <param name="x">Images of any shape, with values from 0 to 255.</param>
    /// <returns>A new array, float32.</returns>
    public static NDArray PreprocessInput(NDArray x)
    {
        ArgumentNullException.ThrowIfNull(x);
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        return ArrayConversion.ToNDArray(ArrayConversion.ToTensor(x, torch.CPU).to(ScalarType.Float32).Divide(127.5).Subtract(1));
    }

    private static KerasTensor Block(KerasTensor input, int number, int filters, int strides)
    {
        long channels = input.Shape[2];
        string prefix = number == 0 ? "expanded_conv_" : FormattableString.Invariant($"block_{number}_");
        KerasTensor x = input;
        if (number > 0)
        {
            x = new Conv2D((int)channels * Expansion, 1, padding: Padding.Same, useBias: false, name: prefix + "expand").Call(x);
            x = Relu(Normalized(x, prefix + "expand_BN"), prefix + "expand_relu");
        }

        if (strides == 2)
            x = new ZeroPadding2D(((Front(x.Shape[0]), 1), (Front(x.Shape[1]), 1)), name: prefix + "pad").Call(x);
        x = new DepthwiseConv2D(3, strides, strides == 1 ? Padding.Same : Padding.Valid, useBias: false, name: prefix + "depthwise").Call(x);
        x = Relu(Normalized(x, prefix + "depthwise_BN"), prefix + "depthwise_relu");
        x = new Conv2D(filters, 1, padding: Padding.Same, useBias: false, name: prefix + "project").Call(x);
        x = Normalized(x, prefix + "project_BN");
        return channels == filters && strides == 1 ? new Add(name: prefix + "add").Call(input, x) : x;
    }

    // An even side needs one row of padding at the end, an odd side one row at both ends.
    private static int Front(long side) => (int)(side % 2);

    private static KerasTensor Normalized(KerasTensor x, string name) => new BatchNormalization(momentum: 0.999, name: name).Call(x);

    private static KerasTensor Relu(KerasTensor x, string name) => new ReLU(maxValue: 6, name: name).Call(x);

    /// <summary>Returns the nearest multiple of 8, at least 8 and at least nine tenths of the number.</summary>
    private static int MultipleOf8(double number)
    {
        int multiple = Math.Max(8, (int)(number + 4) / 8 * 8);
        return multiple < 0.9 * number ? multiple + 8 : multiple;
    }
}
