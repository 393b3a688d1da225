using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Serialization;
using CifarVision.Training;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>
    /// Saves the whole model: architecture, weights and, if it is compiled, losses, metrics and the optimizer with its state, so that training can continue. The
    /// dtype policy of Compile is not saved. Every Keras from 3.0 on reads the files.
    /// </summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> for Keras' legacy format. The old file is kept until the new one is complete.</param>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    /// <exception cref="NotSupportedException">A layer has no config. Use <see cref="SaveWeights"/>.</exception>
    public void Save(string path)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterUse();
        ModelFile.Write(this, path);
    }

    /// <summary>Loads a whole model saved by <see cref="Save"/> or by any Keras from 2.0 on, and compiles it as it was.</summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> in Keras' legacy format.</param>
    /// <param name="customObjects">Classes of your own that the file names, for example <c>[CustomObject.Of(config => new Swish())]</c>. Default none.</param>
    /// <param name="compile">Whether to compile the model as it was. Default true.</param>
    /// <returns>A <see cref="Sequential"/> if the file contains one.</returns>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or contains a layer, setting, optimizer, loss or metric that is not supported; the message names it.
    /// </exception>
    public static Model Load(string path, IEnumerable<CustomObject>? customObjects = null, bool compile = true) =>
        ModelFile.Read(path, new CustomObjects(customObjects ?? []), compile);

    /// <summary>
    /// Returns the architecture and the compile config as JSON, like <c>to_json</c> of Keras 3.15. Weights are not included. For older versions of Keras, use
    /// <see cref="Save"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public string ToJson() => KerasFormat.ToText(CurrentConfig.From(ToKeras()));

    /// <summary>
    /// Returns the arguments of Compile under Keras' keys: <c>optimizer</c>, <c>loss</c>, <c>loss_weights</c>, <c>metrics</c> (Keras: <c>get_compile_config</c>); null
    /// before Compile.
    /// </summary>
    /// <exception cref="NotSupportedException">The optimizer, a loss or a metric has no config.</exception>
    public JsonObject? GetCompileConfig() => Compiled is null ? null : CompileConfig.Write(this);

    /// <summary>Creates a model from the result of <see cref="ToJson"/> or Keras' <c>to_json</c>, with new initial weights, and compiles it as it was.</summary>
    /// <param name="json">The text.</param>
    /// <param name="customObjects">Classes of your own that the text names. Default none.</param>
    /// <returns>A <see cref="Sequential"/> if the JSON describes one.</returns>
    /// <exception cref="InvalidDataException">The text is not such JSON, or contains a layer, setting, optimizer, loss or metric that is not supported.</exception>
    public static Model FromJson(string json, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string source = "the JSON";
        var customs = new CustomObjects(customObjects ?? []);
        JsonObject envelope = KerasFormat.ParseObject(json, source);
        Model model = ModelConfig.Read(envelope, source, customs, awaitsValues: false);
        CompileConfig.Apply(model, envelope["compile_config"], source, customs, () => []);
        return model;
    }

    /// <summary>Returns the settings under Keras' names, with the layers and their calls, in a format that every Keras 3 reads.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public override JsonObject GetConfig() => ModelConfig.WriteConfig(this);

    /// <summary>Creates a functional model from the result of <see cref="GetConfig"/>, not compiled and with new initial weights.</summary>
    /// <param name="config">The settings under Keras' names.</param>
    /// <param name="customObjects">Classes of your own that the config names. Default none.</param>
    /// <exception cref="InvalidDataException">The config contains a layer or setting that is not supported.</exception>
    public static Model FromConfig(JsonObject config, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return ModelConfig.ReadConfig("Functional", config, new CustomObjects(customObjects ?? []));
    }

    /// <summary>Saves all weights, without the architecture. The extension determines the format.</summary>
    /// <param name="path">
    /// <c>.weights.h5</c> for Keras 3, with the optimizer's state if the model is compiled; <c>.h5</c> for Keras' legacy layout; <c>.npz</c> for
    /// NumPy and <c>.safetensors</c> for PyTorch, both with Keras' paths as names (<c>sequential/conv2d/kernel</c>) and in Keras' order of axes.
    /// The old file is kept until the new one is complete.
    /// </param>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public void SaveWeights(string path)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterUse();
        WeightFile.Write(this, path);
    }

    /// <summary>Loads weights saved by <see cref="SaveWeights"/> or Keras from a model with the same layers.</summary>
    /// <inheritdoc cref="LoadWeights(string, bool, bool)"/>
    public void LoadWeights(string path) => LoadWeights(path, skipMismatch: false);

    /// <summary>
    /// Loads weights saved by <see cref="SaveWeights"/> or Keras. From <c>.weights.h5</c> and <c>.keras</c>, the state of the model's optimizer is restored
    /// too, the learning rate included, if it has as many variables as the file; an optimizer has all of them after its first step.
    /// </summary>
    /// <param name="path">
    /// A file that ends with <c>.weights.h5</c>, <c>.keras</c>, <c>.h5</c>, <c>.npz</c> or <c>.safetensors</c>. In the first two, layers are identified by class and
    /// number, in <c>.h5</c> by their order among the layers that have weights, in the last two by name.
    /// </param>
    /// <param name="skipMismatch">Whether to skip layers for which the file has no weights, or weights of another number or shape.</param>
    /// <param name="byName">
    /// Whether to identify the layers of an <c>.h5</c> file by name, like Keras' <c>by_name</c>: layers that the file does not name are left unchanged. Default
    /// false. The last two formats are always read by name.
    /// </param>
    /// <returns>The paths of the layers that were left unchanged, such as <c>sequential/dense_2</c>.</returns>
    /// <exception cref="ArgumentException">The extension is not supported, or has no names for <paramref name="byName"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or has another format, or its weights do not fit the model. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The model is not built, or Fit is running on another thread.</exception>
    public IReadOnlyList<string> LoadWeights(string path, bool skipMismatch = false, bool byName = false)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterWeightChange(nameof(LoadWeights));
        return WeightFile.Load(this, path, skipMismatch, byName);
    }

    /// <inheritdoc/>
    internal override JsonObject ToKeras() => ModelConfig.Write(this);

    /// <summary>Rejects a model whose weights do not exist yet.</summary>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    internal void RequireBuilt(string verb)
    {
        if (!IsBuilt)
            throw new InvalidOperationException($"{Kind}: {verb} must come after the model is built. Give it an input shape, or call Build.");
    }
}
