using CifarVision.Datasets;

namespace CifarVision.Tests.Testing;

/// <summary>A folder of little pictures, with a folder for each class.</summary>
internal sealed class PictureFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>Red says the class and green the number, so that a picture under another's label shows.</summary>
    public static NDArray Picture(int label, int number)
    {
        byte[] pixel = [(byte)(label * 40), (byte)number, 0];
        return np.array(Enumerable.Repeat(pixel, 9).SelectMany(values => values).ToArray()).reshape(3, 3, 3);
    }

    public string File(string name) => _folder.File(name);

    public void AddMany(int classes, int each)
    {
        for (int i = 0; i < classes * each; i++)
            Add(FormattableString.Invariant($"{i / each}/{i}.png"), i / each, i);
    }

    public void Add(string name, int label, int number = 0)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);

        // Saved under the lower-case ending that Save asks for, then named as wanted.
        string saved = File("saving.png");
        ImageFile.Save(saved, Picture(label, number));
        System.IO.File.Move(saved, File(name));
    }

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), content);
    }

    public void Dispose() => _folder.Dispose();
}
