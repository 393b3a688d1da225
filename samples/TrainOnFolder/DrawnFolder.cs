using CifarVision.Datasets;

namespace TrainOnFolder;

/// <summary>Example pictures in the same layout as your own: one folder per class.</summary>
internal static class DrawnFolder
{
    /// <summary>Writes PNG files of ten classes into subfolders of a folder.</summary>
    public static void Write(string folder, int count)
    {
        SyntheticImages drawn = SyntheticImages.Create(train: count, test: 1);
        foreach (string name in drawn.ClassNames)
            Directory.CreateDirectory(Path.Combine(folder, name));
        for (int i = 0; i < count; i++)
        {
            string name = drawn.ClassNames[drawn.Train.Labels.GetByte(i, 0)];
            ImageFile.Save(Path.Combine(folder, name, $"{i:D4}.png"), drawn.Train.Images[i]);
        }
    }
}
