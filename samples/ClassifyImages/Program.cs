// Classifies pictures with a saved model. Without arguments the program draws example pictures and trains a small network on similar ones.
using System.Globalization;
using CifarVision.Datasets;
using CifarVision.Models;
using CifarVision.Runtime;
using ClassifyImages;
using NumSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Classify);

static int Classify(ClassifyOptions options)
{
    try
    {
        if (options.Model is null)
            options = DrawnExample.Make(options);
        using Sequential model = Sequential.Load(options.Model!, compile: false);
        TensorShape input = model.InputShape;
        if (input.Rank != 3 || input[2] != 3 || model.OutputShape.Rank != 1)
        {
            Console.Error.WriteLine($"The model must take color pictures, (None, height, width, 3), and give one row of classes, but takes {input} and gives {model.OutputShape}.");
            return 1;
        }

        string[] classes = ClassList.Read(options.Classes, options.Model!, (int)model.OutputShape[0]);
        return ClassifyFiles(model, new Size2D((int)input[0], (int)input[1]), classes, options);
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}

static int ClassifyFiles(Sequential model, Size2D size, string[] classes, ClassifyOptions options)
{
    string[] files = [.. options.Pictures.SelectMany(Files)];
    int failed = 0;
    var grid = new AnswerGrid();
    int nameWidth = files.Length == 0 ? 0 : files.Max(file => Path.GetFileName(file).Length);
    foreach (string file in files)
    {
        NDArray image;
        try
        {
            image = ImageFile.Load(file, size);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine(error.Message);
            failed++;
            continue;
        }

        NDArray batch = np.expand_dims(image, 0).astype(np.float32);
        NDArray prediction = model.Predict(options.Raw ? batch : batch / 255f);
        grid.Add(image, prediction);
        float[] probabilities = prediction.ToArray<float>();
        IEnumerable<string> answers = Enumerable.Range(0, classes.Length)
            .OrderByDescending(label => probabilities[label])
            .Take(options.Top)
            .Select(label => $"{classes[label]} {probabilities[label]:P1}");
        Console.WriteLine($"{Path.GetFileName(file).PadRight(nameWidth)}  {string.Join("  ", answers)}");
    }

    Console.WriteLine($"{files.Length - failed} of {files.Length} pictures classified");
    if (grid.Count > 0 && classes.Length > 1)
    {
        string picture = Path.Combine(Path.GetFullPath(options.Output), "answers.png");
        Directory.CreateDirectory(options.Output);
        grid.Save(picture, classes);
        Console.WriteLine($"the first {grid.Count}, with their answers, are drawn in {picture}");
    }

    return failed == 0 ? 0 : 1;
}

static IEnumerable<string> Files(string path) =>
    Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];
