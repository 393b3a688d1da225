using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    private BatchSource ArraySource(NDArray x, NDArray y, NDArray? sampleWeight, string verb)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        (_, Loss loss) = RequireCompiled(verb);
        var source = new BatchSource(InputTable(x, verb), new RowTable(y), sampleWeight is null ? null : new RowTable(sampleWeight));
        RequireTruth(y, source, loss);
        return source;
    }

    // NaN as a label would only show as a loss that is none; here the row can still be named.
    private static void RequireFinite(BatchSource data, string prefix)
    {
        foreach ((string name, RowTable? table) in new[] { ("x", data.X), ("y", data.Y), ("sampleWeight", data.SampleWeight) })
        {
            if (table?.FirstNotFinite() is { } found)
                throw new ArgumentException(FormattableString.Invariant($"Sequential: {prefix}{name} must be finite, but was {found.Value} in row {found.Row}. Mend the row or leave it out."), prefix + name);
        }
    }

    private BatchSource DatasetSource(ImageDataset data, string verb)
    {
        ArgumentNullException.ThrowIfNull(data);
        (_, Loss loss) = RequireCompiled(verb);
        RequireInput(data.ImageShape, verb);
        if (OutputShape.Rank == 1 && data.ClassCount > OutputShape[0])
            throw new ArgumentException($"Sequential: the dataset's {data.ClassCount} classes must fit the model's output, but was {OutputShape}. Give the last layer {data.ClassCount} units.", nameof(data));
        return data.ToBatches(loss.WantsOneHot, checked((int)OutputShape[^1]));
    }

    private RowTable InputTable(NDArray x, string verb)
    {
        var table = new RowTable(x);
        if (table.Count == 0)
            throw new ArgumentException($"Sequential: {verb} must be given at least one sample, but was {TensorShape.Format(x.shape)}.", nameof(x));
        RequireInput(table.RowShape, verb);
        return table;
    }

    private void RequireInput(TensorShape sample, string verb)
    {
        if (!IsBuilt)
            Build(sample);
        if (sample != InputShape)
            throw new ArgumentException($"Sequential: {verb} must be given samples of the shape {InputShape}, but was {sample}.");
    }

    // One-hot against integers is what people mix up; the loss itself checks the rest.
    private void RequireTruth(NDArray y, BatchSource source, Loss loss)
    {
        int units = checked((int)(OutputShape.Rank == 0 ? 1 : OutputShape[^1]));
        string owner = loss.GetType().Name;
        if (!loss.WantsOneHot)
        {
            Labels.CountClasses(Labels.ReadIntegers(y, owner), units, owner);
        }
        else if (source.Y.RowShape.ElementCount == 1 && units > 1)
        {
            throw new ArgumentException(
                $"{owner}: y must be one-hot, (N, {units}), but was {TensorShape.Format(y.shape)}. Convert it with Labels.ToCategorical(y, {units}), or use SparseCategoricalCrossentropy.",
                nameof(y));
        }
    }

    private BatchSource WithClassWeight(BatchSource data, IReadOnlyDictionary<int, double> classWeight)
    {
        if (data.SampleWeight is not null)
            throw new ArgumentException("Sequential: classWeight and sampleWeight must not be given together. Multiply the class weights into sampleWeight.", nameof(classWeight));
        int units = checked((int)OutputShape[^1]);
        int classes = units == 1 ? 2 : units;
        foreach ((int label, double weight) in classWeight)
        {
            if (label < 0 || label >= classes)
                throw new ArgumentException($"Sequential: classWeight must name classes from 0 to {classes - 1}, but was {label}.", nameof(classWeight));
            if (!double.IsFinite(weight) || weight < 0)
                throw new ArgumentException(FormattableString.Invariant($"Sequential: classWeight must be finite and at least 0, but was {weight} for class {label}."), nameof(classWeight));
        }

        return data.WithSampleWeight([.. Labels.ClassOfEachRow(data).Select(label => (float)classWeight.GetValueOrDefault((int)label, 1))]);
    }
}
