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
