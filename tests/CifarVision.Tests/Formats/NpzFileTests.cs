using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Arrays of a .npz file that are not in memory as NumPy writes them by default.</summary>
public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", false)]
    [InlineData("<f4", true)]
    [InlineData(">f4", false)]
    [InlineData(">f4", true)]
    public void LoadWeights_ArrayInAnyOrder_HasItsValues(string type, bool columnByColumn)
    {
        using var model = new Sequential(2, new Dense(3, useBias: false, name: "dense"));
        float[] values = [1, 2, 3, 4, 5, 6];
        int[] order = columnByColumn ? [0, 3, 1, 4, 2, 5] : [0, 1, 2, 3, 4, 5];
        string path = _folder.File("weights.npz");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream member = archive.CreateEntry($"{LayerTree.Weights(model).Single().Path}.npy").Open();
            member.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0]);
            member.Write(Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {(columnByColumn ? "True" : "False")}, 'shape': (2, 3), }}".PadRight(117) + "\n"));
            Span<byte> bytes = stackalloc byte[sizeof(float)];
            foreach (int place in order)
            {
                if (type[0] == '>')
                    BinaryPrimitives.WriteSingleBigEndian(bytes, values[place]);
                else
                    BinaryPrimitives.WriteSingleLittleEndian(bytes, values[place]);
                member.Write(bytes);
            }
        }

        model.LoadWeights(path);

        Assert.Equal(values, model.Weights[0].ToArray().ToArray<float>());
    }
}
