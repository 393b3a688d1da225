using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Docs;

/// <summary>The examples of docs/porting-from-keras.md.</summary>
public class PortingExampleTests
{
    [Fact]
    public void Generator_AsLayers_ActsInTrainingOnly()
    {
        #region generator
        using var model = new Sequential(
            inputShape: (32, 32, 3),
            new RandomFlip(FlipMode.Horizontal),
            new RandomRotation(15 / 360.0, FillMode.Nearest),
            new RandomTranslation(heightFactor: 0.1, widthFactor: 0.1, FillMode.Nearest),
            new Conv2D(32, 3, activation: ActivationFunction.Relu),
            new GlobalAveragePooling2D(),
            new Dense(10, activation: ActivationFunction.Softmax));
        #endregion

        NDArray x = np.random.rand(new Shape(4, 32, 32, 3)).astype(np.float32);
        NDArray augmented = model.Layers.Take(3).Aggregate(x, (image, layer) => layer.Call(image, training: true));
        NDArray plain = model.Layers.Take(3).Aggregate(x, (image, layer) => layer.Call(image));
        Near.Absolute(x, plain, 0);
        Assert.NotEqual(Near.Doubles(x), Near.Doubles(augmented));
    }

    [Fact]
    public void Model_LineByLine_IsTheBuildersAlexNet()
    {
        using var console = new QuietConsole();
        int numClasses = 10;

        #region model
        var model = new Sequential(new InputLayer((32, 32, 3)));
        model.Add(new Conv2D(96, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: new Zeros()));
        model.Add(new MaxPooling2D(poolSize: 2));
        model.Add(new BatchNormalization());
        model.Add(new Conv2D(256, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: new Ones()));
        model.Add(new MaxPooling2D(poolSize: 2));
        model.Add(new BatchNormalization());
        model.Add(new Conv2D(384, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: new Zeros()));
        model.Add(new Conv2D(384, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: new Ones()));
        model.Add(new Conv2D(256, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: new Ones()));
        model.Add(new MaxPooling2D(poolSize: 2));
        model.Add(new BatchNormalization());
        model.Add(new Flatten());
        model.Add(new Dense(4096, activation: ActivationFunction.Relu, biasInitializer: new Ones()));
        model.Add(new Dropout(0.5));
        model.Add(new Dense(4096, activation: ActivationFunction.Relu, biasInitializer: new Ones()));
        model.Add(new Dropout(0.5));
        model.Add(new Dense(numClasses, activation: ActivationFunction.Softmax));
        model.Summary();
        #endregion

        using Sequential builders = AlexNetBuilder.Create((32, 32, 3), numClasses);
        Assert.Equal(builders.GetConfig().ToJsonString(), model.GetConfig().ToJsonString());
        Assert.Equal(36_927_754, model.CountParams());
        model.Dispose();
    }
}
