// Transfer learning as in Keras' guide: a trained model without its last layers, frozen, under new ones; then all of it at a small learning rate.
// Without arguments it first trains a small model, and draws pictures of classes that this model has not seen.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using TransferLearning;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, options =>
{
    try
    {
        return Transfer(options);
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
});

static int Transfer(TransferOptions options)
{
    TorchRuntime.SetSeed(options.Seed);
    Directory.CreateDirectory(options.Output);
    string file = options.Model ?? DrawnExample.TrainModel(options.Output);
    string folder = options.Folder ?? DrawnExample.DrawPictures(options.Output);

    #region cut
    using Model trained = Model.Load(file, compile: false);
    var baseModel = new Model(trained.Inputs[0], trained.GetLayer(options.Layer).Output, name: "base");
    baseModel.Trainable = false;
    #endregion

    TensorShape image = baseModel.InputShape;
    ImageFolder data = ImageDataset.FromFolder(folder, new Size2D((int)image[0], (int)image[1]), options.ValidationSplit, options.Seed);
    int classes = data.ClassNames.Count;
    Console.WriteLine($"{data.Train.Count} pictures to train on, {data.Validation!.Count} to validate with, {classes} classes: {string.Join(", ", data.ClassNames)}");

    #region head
    KerasTensor inputs = Keras.Input(image);
    KerasTensor x = new Rescaling(scale: 2, offset: -1).Call(inputs);
    x = baseModel.Call(x);
    x = new GlobalAveragePooling2D().Call(x);
    x = new Dropout(0.2).Call(x);
    using var model = new Model(inputs, new Dense(classes, ActivationFunction.Softmax).Call(x));
    #endregion

    model.Summary(showTrainable: true);

    #region train
    model.Compile(new Adam(learningRate: 0.003), new SparseCategoricalCrossentropy(), [new Accuracy()]);
    TrainingHistory ofHead = model.Fit(data.Train, options.BatchSize, options.Epochs, verbose: 2, validationData: data.Validation);
    #endregion

    #region unfreeze
    baseModel.Trainable = true;
    foreach (BatchNormalization layer in baseModel.Layers.OfType<BatchNormalization>())
        layer.Trainable = false;
    model.Compile(new Adam(options.FineTuningRate), new SparseCategoricalCrossentropy(), [new Accuracy()]);
    TrainingHistory ofAll = model.Fit(
        data.Train, options.BatchSize, options.Epochs + options.FineTuningEpochs, verbose: 2, validationData: data.Validation, initialEpoch: options.Epochs);
    #endregion

    ofHead.SaveCsv(Path.Combine(options.Output, "head.csv"));
    ofAll.SaveCsv(Path.Combine(options.Output, "fine-tuning.csv"));
    string saved = Path.Combine(options.Output, "model.keras");
    model.Save(saved);
    File.WriteAllLines(Path.Combine(options.Output, "classes.txt"), data.ClassNames);
    Console.WriteLine($"model.keras, classes.txt, head.csv and fine-tuning.csv are in {Path.GetFullPath(options.Output)}");
    Console.WriteLine($"to use it: dotnet run -c Release --project samples/ClassifyImages -- PICTURES --model {saved}");
    Console.WriteLine($"validation accuracy: {ofHead.History["val_accuracy"][^1]:F4} with new layers alone, {ofAll.History["val_accuracy"][^1]:F4} after fine-tuning");
    return 0;
}
