// Loads a model trained in Keras, and saves it for Keras again. Without arguments the program loads a small AlexNet that Keras saved, and trains it further.
using System.Globalization;
using CifarVision.Models;
using CifarVision.Runtime;
using TransferWeights;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Transfer);

static int Transfer(string? file, string output)
{
    TorchRuntime.SetSeed(1);
    try
    {
        using Sequential model = Sequential.Load(file ?? KerasExample.ModelPath);
        model.Summary();
        if (file is null)
        {
            KerasExample.Compare(model);
            KerasExample.TrainFurther(model);
        }

        Directory.CreateDirectory(output);
        string whole = Path.Combine(output, "model.keras");
        string weights = Path.Combine(output, "model.weights.h5");
        string tensors = Path.Combine(output, "model.safetensors");
        model.Save(whole);
        model.SaveWeights(weights);
        model.SaveWeights(tensors);

        // A model with the same layers can load the weights from each of these files, and from files written by Keras.
        using Sequential other = Sequential.FromJson(model.ToJson());
        other.LoadWeights(weights);
        Console.WriteLine($"a second model with these weights: predictions differ by {Predictions.LargestDifference(model, other):0.0e+0}");
        Console.WriteLine($"""
            to go on in Python:
              model = keras.models.load_model(r"{whole}")
            or, into a model of the same layers:
              model.load_weights(r"{weights}")
            in PyTorch:
              tensors = safetensors.torch.load_file(r"{tensors}")
            """);
        return 0;
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}
