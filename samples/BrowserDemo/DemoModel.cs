using CifarVision.Evaluation;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace BrowserDemo;

/// <summary>A classifier of color pictures: the model, the names of its classes, and how it takes pixels.</summary>
internal sealed class DemoModel : IDisposable
{
    private readonly Lazy<GradCam?> _gradCam;

    private DemoModel(Model model, IReadOnlyList<string> classes, bool raw, string? examples)
    {
        Examples = examples;
        Model = model;
        _gradCam = new Lazy<GradCam?>(CreateGradCam);
        Classes = classes;
        Scale = raw ? 1 : 1 / 255f;
    }

    /// <summary>The network.</summary>
    public Model Model { get; }

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The factor for pixels from 0 to 255.</summary>
    public float Scale { get; }

    /// <summary>Height and width of the pictures that the network takes.</summary>
    public Size2D Size => new((int)Model.InputShape[0], (int)Model.InputShape[1]);

    /// <summary>The folder of drawn examples, if the network was trained on drawn pictures; otherwise null.</summary>
    public string? Examples { get; }

    /// <summary>Whether <see cref="Explain"/> works: the network has a convolution.</summary>
    public bool CanExplain => _gradCam.Value is not null;

    /// <summary>Loads a model and checks that it is a classifier of color pictures.</summary>
    /// <param name="path">A model file, or a folder with model.keras.</param>
    /// <param name="classes">The names of the classes, one a line. Null: classes.txt beside the model, else numbers.</param>
    /// <param name="raw">Whether the model takes pixels from 0 to 255.</param>
    /// <param name="examples">A folder of example pictures, or null.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="InvalidDataException">The model is damaged or no classifier, or the names do not fit.</exception>
    public static DemoModel Load(string path, string? classes = null, bool raw = false, string? examples = null)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new FileNotFoundException($"--model must be a model file, or a folder with model.keras, but {Path.GetFullPath(path)} was not found. Check the name and the folder.", path);
        string file = Directory.Exists(path) ? Path.Combine(path, "model.keras") : path;
        Model model = Model.Load(file, compile: false);
        try
        {
            return new DemoModel(model, ReadClasses(classes, file, RequireClasses(model, file)), raw, examples);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Returns the probability of each class, for each picture.</summary>
    /// <param name="pictures">(height, width, 3), uint8.</param>
    public float[][] Classify(IReadOnlyList<NDArray> pictures)
    {
        float[] outputs = Model.Predict(Inputs(pictures), batchSize: pictures.Count).ToArray<float>();

        // One output is the probability of the second of two classes.
        return outputs.Length == pictures.Count
            ? [.. outputs.Select(second => new[] { 1 - second, second })]
            : [.. outputs.Chunk(Classes.Count)];
    }

    /// <summary>Says which parts of a picture speak for its most probable class.</summary>
    /// <param name="picture">(height, width, 3), uint8.</param>
    public Explanation Explain(NDArray picture)
    {
        float[] probabilities = Classify([picture])[0];
        int best = Array.IndexOf(probabilities, probabilities.Max());
        NDArray map = _gradCam.Value!.Compute(Inputs([picture]), best);
        return new Explanation(Classes[best], Size.Height, Size.Width, map.ToArray<float>());
    }

    public void Dispose() => Model.Dispose();

    private NDArray Inputs(IReadOnlyList<NDArray> pictures) => np.stack([.. pictures]).astype(np.float32) * Scale;

    private GradCam? CreateGradCam()
    {
        try
        {
            return new GradCam(Model);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static int RequireClasses(Model model, string file)
    {
        if (model.Inputs.Count != 1 || model.Outputs.Count != 1
            || model.InputShape is not { Rank: 3 } input || input[2] != 3 || input[0] < 1 || input[1] < 1
            || model.OutputShape is not { Rank: 1 } output)
        {
            throw new InvalidDataException($"{file} must be a model that takes color pictures of a fixed size, (None, height, width, 3), and gives one row of classes.");
        }

        Layer last = model.Layers[^1];
        string? activation = last.GetConfig()["activation"]?.ToString();
        if (last is not Softmax && activation is not ("softmax" or "sigmoid"))
            throw new InvalidDataException($"{file} must end with a softmax or a sigmoid, so that its outputs are probabilities, but ends with {last.Name} ({last.GetType().Name}). Add a Softmax layer.");
        return output[0] == 1 ? 2 : (int)output[0];
    }

    private static string[] ReadClasses(string? classes, string file, int count)
    {
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "classes.txt");
        classes ??= File.Exists(beside) ? beside : null;
        if (classes is null)
            return [.. Enumerable.Range(0, count).Select(number => $"class {number}")];
        string[] names = File.ReadAllLines(classes);
        if (names.Length != count)
            throw new InvalidDataException($"{classes} must have a line for each of the model's {count} classes, but has {names.Length}.");
        return names.Distinct().Count() == count ? names : throw new InvalidDataException($"{classes} must have different names, but has one twice.");
    }
}
