using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Evaluation;

public class GradCamTests
{
    private static readonly NDArray Image = np.array(new float[] { 1, 2, 3, 4, 0, -1 }).reshape(1, 2, 3, 1);

    // The kernel makes the channels x and -x, and the score of class 0 grows with their means by 3 and 1: the map is that of (3 - 1) x.
    [Fact]
    public void Map_WorkedByHand_IsThis()
    {
        using Sequential model = Model();

        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model).Compute(Image, classIndex: 0)));
        Same([0f, 0, 0, 0, 0, 1], Flat(new GradCam(model).Compute(Image, classIndex: 1)));
        Assert.Equal([1L, 2, 3], new GradCam(model).Compute(Image).shape);
    }

    [Fact]
    public void Map_OfThePredictedClass_IsTheDefaultForEachImage()
    {
        using Sequential model = Model();
        NDArray images = np.concatenate([Image, Image * -1, Image], axis: 0);

        // The logits of the first are 2 and -2 times its mean, 1.5; those of the second the other way round.
        NDArray maps = new GradCam(model).Compute(images);

        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(maps[0]));
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(maps[1]));
        Assert.Equal(Flat(maps[0]), Flat(maps[2]));
    }

    [Fact]
    public void Map_OfACertainModel_DoesNotVanish()
    {
        using Sequential model = Model(factor: 1000);
        Assert.Equal(1f, model.Predict(Image).GetSingle(0, 0));
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model).Compute(Image)));
    }

    [Fact]
    public void Map_OfFrozenWeights_IsTheSame()
    {
        using Sequential model = Model();
        model.Trainable = false;
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model).Compute(Image)));
    }

    [Fact]
    public void Map_OfOneUnit_ExplainsEitherClass()
    {
        var convolution = new Conv2D(2, 1, useBias: false);
        using Sequential model = new((2, 3, 1), convolution, new GlobalAveragePooling2D(), new Dense(1, ActivationFunction.Sigmoid, useBias: false));
        model.SetWeights([np.array(new float[] { 1, -1 }).reshape(1, 1, 1, 2), np.array(new float[] { 3, 1 }).reshape(2, 1)]);

        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model).Compute(Image)));
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model).Compute(Image, classIndex: 1)));
        Same([0f, 0, 0, 0, 0, 1], Flat(new GradCam(model).Compute(Image, classIndex: 0)));
    }

    [Fact]
    public void Layer_OfAModelInside_IsExplained()
    {
        using Sequential plain = Model();
        KerasTensor image = Keras.Input((2, 3, 1));
        var convolution = new Conv2D(2, 1, useBias: false, name: "inner");
        var body = new Model(image, convolution.Call(image));
        using Sequential model = new((2, 3, 1), body, new GlobalAveragePooling2D(), new Dense(2, ActivationFunction.Softmax, useBias: false));
        model.SetWeights(plain.GetWeights());

        var cam = new GradCam(model);
        Assert.Same(convolution, cam.Layer);
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(cam.Compute(Image)));
        Same([0.25f, 0.5f, 0.75f, 1, 0, 0], Flat(new GradCam(model, body).Compute(Image)));

        // The layers are called as before.
        Assert.Equal(image.Shape, body.GetLayer("inner").Input.Shape);
    }

    // Flatten, so that the gradient differs from place to place, and branches, so that it adds up: compared with what a user can compute.
    [Fact]
    public void Map_EqualsThatOfTheFunctionalApi()
    {
        TorchRuntime.SetSeed(3);
        KerasTensor image = Keras.Input((8, 8, 3));
        KerasTensor x = new Conv2D(4, 3, padding: CifarVision.Layers.Padding.Same, activation: ActivationFunction.Relu, name: "features").Call(image);
        KerasTensor y = new BatchNormalization().Call(new Conv2D(4, 3, padding: CifarVision.Layers.Padding.Same).Call(x));
        KerasTensor logits = new Dense(5, name: "logits").Call(new Flatten().Call(new MaxPooling2D(2).Call(new Add().Call(x, y))));
        using var model = new Model(image, new Activation(ActivationFunction.Softmax).Call(logits));
        NDArray images = np.random.RandomState(1).rand(2, 8, 8, 3).astype(np.float32);

        var both = new Model([model.Inputs[0]], [model.GetLayer("features").Output, model.GetLayer("logits").Output]);
        using var scope = torch.NewDisposeScope();
        IReadOnlyList<Tensor> outputs = both.Forward([ArrayConversion.ToTensor(images, torch.CPU)], training: false);
        torch.autograd.backward([outputs[1].select(1, 2).sum()], inputs: [outputs[0]]);
        Tensor maps = (outputs[0].detach() * outputs[0].grad!.mean([1, 2], keepdim: true)).sum(dim: 3).relu();
        float[] expected = (maps / maps.amax([1, 2], keepdim: true)).data<float>().ToArray();

        Same(expected, Flat(new GradCam(model, model.GetLayer("features")).Compute(images, classIndex: 2)));
    }

    [Fact]
    public void Map_OfASmallerOutput_IsResizedToTheImage()
    {
        using Sequential model = new((4, 4, 1), new AveragePooling2D(2), new Conv2D(1, 1, useBias: false), new GlobalAveragePooling2D(), new Dense(2, ActivationFunction.Softmax, useBias: false));
        model.SetWeights([np.ones(new Shape(1, 1, 1, 1), np.float32), np.array(new float[,] { { 1, -1 } })]);
        var image = np.zeros(new Shape(1, 4, 4, 1), np.float32);
        image["0, 0:2, 0:2, 0"] = np.ones(new Shape(2, 2), np.float32);

        // Bilinear with half-pixel centers: 1, 3/4, 1/4, 0 along each axis.
        float[] axis = [1, 0.75f, 0.25f, 0];
        Same([.. axis.SelectMany(row => axis.Select(column => row * column))], Flat(new GradCam(model).Compute(image)));
    }

    [Fact]
    public void Dataset_IsScaledAsForTheModel()
    {
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Model();
        ImageDataset data = TinyTask.Images(40);
        float[] expected = Flat(new GradCam(model).Compute(data.Images.astype(np.float32) / 255f));
        Assert.Equal(40 * 6 * 6, expected.Length);
        Same(expected, Flat(new GradCam(model).Compute(data)));
    }

    [Fact]
    public void Misuse_IsAnError()
    {
        using Sequential model = Model();
        using Sequential dense = new(4, new Dense(3));
        using Sequential flat = new((2, 2, 1), new Flatten(), new Dense(3));
        using Sequential other = Model();

        Expect("GradCam: model must have one input (H, W, C) and one output (classes), but was", () => new GradCam(dense));
        Expect("GradCam: model must have a convolution, but 'sequential' has none.", () => new GradCam(flat));
        Expect("Sequential: layer must be one of 'sequential' or of a model inside it, but 'conv2d' is not.", () => new GradCam(model, other.Layers[0]));
        Expect("GradCam: layer must have an output (height, width, channels), but that of 'global_average_pooling2d' is (None, 2).", () => new GradCam(model, model.Layers[1]));
        Expect("GradCam: x must be at least one image of shape (None, 2, 3, 1), but was (1, 3, 2, 1).", () => new GradCam(model).Compute(Image.reshape(1, 3, 2, 1)));
        Expect("GradCam: classIndex must be from 0 to 1, but was 2.", () => new GradCam(model).Compute(Image, classIndex: 2));

        static void Expect(string message, Func<object> misuse) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(misuse).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_LeavesNoTensor()
    {
        using Sequential model = Model();
        var cam = new GradCam(model);
        cam.Compute(Image);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        cam.Compute(Image);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static Sequential Model(float factor = 1)
    {
        Sequential model = new((2, 3, 1), new Conv2D(2, 1, useBias: false), new GlobalAveragePooling2D(), new Dense(2, ActivationFunction.Softmax, useBias: false));
        model.SetWeights([np.array(new float[] { 1, -1 }).reshape(1, 1, 1, 2), np.array(new float[,] { { 3, 1 }, { 1, 3 } }) * factor]);
        return model;
    }

    // Float32, of sums of at most 36 products.
    private static void Same(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, (value, i) => Assert.Equal(value, actual[i], 5e-6f));
    }

    private static float[] Flat(NDArray array) => array.ravel().ToArray<float>();
}
