using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <content>Checks data against the model before the first step, and converts it to rows.</content>
public partial class Model
{
    private readonly DataWarnings _warnings;

    private BatchSource ArraySource(IReadOnlyList<NDArray> x, IReadOnlyList<NDArray> y, IReadOnlyList<NDArray>? sampleWeight, string verb)
    {
        RequireArrays(x, nameof(x));
        RequireArrays(y, nameof(y));
        IReadOnlyList<Loss?> losses = _trainer.RequireCompiled(verb).Losses;
        RowTable[] inputs = InputTables(x, verb);
        if (y.Count != losses.Count)
            throw new ArgumentException($"{Kind}: y must hold an array for each of the {losses.Count} outputs, but held {y.Count}.", nameof(y));
        if (sampleWeight is not null && sampleWeight.Count != y.Count)
            throw new ArgumentException($"{Kind}: sampleWeight must hold an array for each of the {y.Count} outputs, but held {sampleWeight.Count}.", nameof(sampleWeight));
        var source = new BatchSource(
            inputs,
            [.. y.Zip(losses, (array, loss) => new RowTable(array) { HoldsLabels = loss is { WantsOneHot: false } })],
            sampleWeight is null ? new RowTable?[y.Count] : [.. sampleWeight.Select(array => array is null ? null : new RowTable(array))],
            owner: Kind);
        foreach ((int output, Loss? loss) in losses.Index())
        {
            if (loss is not null)
                RequireTruth(y[output], source.Y[output], loss, OutputShapes[output]);
        }

        return source;
    }

    // A NaN label would only show as a NaN loss; here the row can still be named.
    private void RequireFinite(BatchSource data, string prefix)
    {
        IEnumerable<(string Name, RowSource? Rows)> all = [.. data.X.Select(rows => ("x", rows)), .. data.Y.Select(rows => ("y", rows)), .. data.SampleWeights.Select(rows => ("sampleWeight", rows))];
        foreach ((string name, RowSource? rows) in all)
        {
            if ((rows as RowTable)?.FirstNotFinite() is { } found)
                throw new ArgumentException(FormattableString.Invariant($"{Kind}: {prefix}{name} must be finite, but was {found.Value} in row {found.Row}. Fix or remove the row."), prefix + name);
        }
    }

    private BatchSource DatasetSource(ImageDataset data, string verb)
    {
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<Loss?> losses = _trainer.RequireCompiled(verb).Losses;
        if (!data.HasLabels)
            throw new ArgumentException($"{Kind}: {verb} must be given a dataset with labels, but this one was loaded with labels: false. Use it with Predict.", nameof(data));
        RequireInputs([[data.Count, .. data.ImageShape.Dims]], verb);
        if (losses is not [Loss loss])
            throw new ArgumentException($"{Kind}: {verb} of a dataset needs a model of one output, but it has {losses.Count}. Give arrays.", nameof(data));
        int units = Units(OutputShape);
        RequireClasses(loss, OutputShape);
        // One unit tells two classes apart.
        if (OutputShape.Rank == 1 && data.ClassCount > Math.Max(units, 2))
            throw new ArgumentException($"{Kind}: the dataset's {data.ClassCount} classes must fit the model's output, but was {OutputShape}. Give the last layer {data.ClassCount} units.", nameof(data));
        return data.ToBatches(loss.WantsOneHot, units);
    }

    private BatchSource InputSource(IReadOnlyList<NDArray> x, string verb)
    {
        RequireArrays(x, nameof(x));
        return new BatchSource(InputTables(x, verb), [], []);
    }

    private RowTable[] InputTables(IReadOnlyList<NDArray> x, string verb)
    {
        RowTable[] tables = [.. x.Select(array => new RowTable(array))];
        if (x.FirstOrDefault(array => array.shape[0] == 0) is { } empty)
            throw new ArgumentException($"{Kind}: {verb} must be given at least one sample, but was {TensorShape.Format(empty.shape)}.", nameof(x));
        RequireInputs([.. x.Select(array => array.shape)], verb);
        return tables;
    }

    private void RequireArrays(IReadOnlyList<NDArray> arrays, string argument)
    {
        ArgumentNullException.ThrowIfNull(arrays, argument);
        if (arrays.Count == 0)
            throw new ArgumentException($"{Kind}: {argument} must hold at least one array, but was empty.", argument);
        foreach (NDArray array in arrays)
            ArgumentNullException.ThrowIfNull(array, argument);
    }

    // The shapes of whole arrays, with their rows.
    private void RequireInputs(IReadOnlyList<long[]> arrays, string verb)
    {
        if (!IsBuilt)
            Build([.. arrays.Select(shape => (TensorShape)shape[1..])]);
        if (arrays.Count != InputShapes.Count)
            throw new ArgumentException($"{Kind}: {verb} must be given an array for each of the {InputShapes.Count} inputs, but was given {arrays.Count}.");
        foreach ((long[] given, TensorShape wanted) in arrays.Zip(InputShapes))
        {
            if (given[1..] != wanted)
                throw new ArgumentException($"{Kind}: {verb} must be given samples of the shape {wanted}, but was {(TensorShape)given[1..]}.{SampleShape.Advice(given, wanted)}");
        }
    }

    // Checks for one-hot labels in place of integers and the reverse, a common mistake; the trainer checks the rest.
    private void RequireTruth(NDArray y, RowTable table, Loss loss, TensorShape output)
    {
        int units = Units(output);
        string owner = loss.GetType().Name;
        RequireClasses(loss, output);
        if (!loss.WantsOneHot)
        {
            TensorShape places = output.Rank == 0 ? output : output.Dims[..^1].ToArray();
            Labels.CountClasses(Labels.ReadIntegers(y, places, owner), units, owner);
        }
        else if (table.RowShape.ElementCount == 1 && units > 1)
        {
            throw new ArgumentException(
                $"{owner}: y must be one-hot, (N, {units}), but was {TensorShape.Format(y.shape)}. Convert it with Labels.ToCategorical(y, {units}), or use SparseCategoricalCrossentropy.",
                nameof(y));
        }
    }

    private void RequireClasses(Loss loss, TensorShape output)
    {
        if (Units(output) > 1)
            return;
        if (FinalActivation == ActivationFunction.Softmax)
        {
            throw new ArgumentException(
                $"{Kind}: a softmax must have at least 2 units, but was over 1, which is always 1 then. For two classes use ActivationFunction.Sigmoid with BinaryCrossentropy; for more, a unit for each.");
        }

        if (loss is CategoricalCrossentropy or SparseCategoricalCrossentropy or CategoricalFocalCrossentropy)
        {
            throw new ArgumentException(
                $"{loss.GetType().Name}: the model must have a unit for each class, but its output is {output}. For one unit use ActivationFunction.Sigmoid with BinaryCrossentropy.");
        }
    }

    private static int Units(TensorShape output) => checked((int)(output.Rank == 0 ? 1 : output[^1]));

    private BatchSource WithClassWeight(BatchSource data, IReadOnlyDictionary<int, double> classWeight)
    {
        if (data.Y.Count > 1)
            throw new ArgumentException($"{Kind}: classWeight is for models of one output, but this one has {data.Y.Count}. Give sampleWeight for each output.", nameof(classWeight));
        if (data.SampleWeights[0] is not null)
            throw new ArgumentException($"{Kind}: classWeight and sampleWeight must not be given together. Multiply the class weights into sampleWeight.", nameof(classWeight));
        if (data.Y[0].RowShape.Rank > 1)
            throw new ArgumentException($"{Kind}: classWeight is for one label a sample, but y had samples of shape {data.Y[0].RowShape}. Give sampleWeight.", nameof(classWeight));
        int units = checked((int)OutputShape[^1]);
        int classes = units == 1 ? 2 : units;
        foreach ((int label, double weight) in classWeight)
        {
            if (label < 0 || label >= classes)
                throw new ArgumentException($"{Kind}: classWeight must name classes from 0 to {classes - 1}, but was {label}.", nameof(classWeight));
            if (!double.IsFinite(weight) || weight < 0)
                throw new ArgumentException(FormattableString.Invariant($"{Kind}: classWeight must be finite and at least 0, but was {weight} for class {label}."), nameof(classWeight));
        }

        return data.WithSampleWeight([.. Labels.ClassOfEachRow(data.Y[0]).Select(label => (float)classWeight.GetValueOrDefault((int)label, 1))]);
    }
}
