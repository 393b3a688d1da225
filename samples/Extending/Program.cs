// A layer, loss, metric, callback, optimizer and initializer of one's own: trained, saved and loaded again, in a few seconds.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Serialization;
using Extending;
using NumSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TorchRuntime.SetSeed(1);
SyntheticImages data = SyntheticImages.Create(train: 400, test: 100);

using var model = new Sequential(
    data.Train.ImageShape,
    new Conv2D(16, kernelSize: 3, strides: 2, kernelInitializer: new SparseNormal(connections: 12, stddev: 0.3)),
    new LearnedSwish(),
    new SqueezeExcite(channels: 16),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(10, ActivationFunction.Softmax));
model.Compile(new Lion(learningRate: 0.002), new FocalLoss(gamma: 1), [new TrueClassProbability()]);
model.Summary();
model.Fit(data.Train, epochs: 6, verbose: 0, validationSplit: 0.1, callbacks: [new PrintEvery(epochs: 2)]);

string path = Path.Combine("runs", "extending", "model.keras");
Directory.CreateDirectory(Path.GetDirectoryName(path)!);
model.Save(path);
using Sequential loaded = Sequential.Load(path, OwnClasses.All);

NDArray before = model.Predict(data.Test);
NDArray after = loaded.Predict(data.Test);
Console.WriteLine($"saved to {Path.GetFullPath(path)}");
Console.WriteLine($"the loaded model predicts the same: {np.array_equal(before, after)}");
loaded.Fit(data.Train, epochs: 1, verbose: 2, validationSplit: 0.1);

// A layer of two inputs stands in a functional model.
KerasTensor images = Keras.Input(data.Train.ImageShape);
KerasTensor factors = new Dense(3, ActivationFunction.Sigmoid).Call(new GlobalAveragePooling2D().Call(images));
using var scaled = new Model(images, new ScaleChannels().Call(images, factors));
scaled.Save(path);
using Model restored = Model.Load(path, [CustomObject.Of(_ => new ScaleChannels())]);
Console.WriteLine($"so does one with a layer of two inputs: {np.array_equal(scaled.Predict(data.Test), restored.Predict(data.Test))}");
