using CifarVision.Formats;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Files that h5py wrote in both of its layouts: what a sound one holds, and what is refused because it leads elsewhere.</summary>
public sealed class Hdf5StructureTests
{
    [Fact]
    public void LoadWeights_ManyGroupsInTheNewerLayout_ReadsThemAll()
    {
        using var model = new Sequential(1);
        for (int i = 0; i < 12; i++)
            model.Add(new Dense(1));

        model.LoadWeights(Locate("many-groups-latest.weights.h5"));

        Assert.Equal(Enumerable.Range(0, 12).SelectMany(i => new float[] { 1 + i, -i }), model.GetWeights().SelectMany(weight => weight.ToArray<float>()));
    }

    [Fact]
    public void Open_ManyLinksInTheNewerLayout_ReadsThemAll()
    {
        using Hdf5Reader file = Open("many-links-latest.h5");

        Assert.Equal(300, file.Arrays.Count);
        Assert.Equal(299f, file.Arrays["an_array_with_a_rather_long_name_0299"].Read().ToArray<float>()[0]);
    }

    [Theory]
    [InlineData("chunked.h5")]
    [InlineData("chunked-latest.h5")]
    public void Open_CompressedChunks_ReadsTheirValues(string name)
    {
        using Hdf5Reader file = Open(name);

        Assert.Equal(Enumerable.Range(0, 4000).Select(i => (float)i), file.Arrays["x"].Read().ToArray<float>());
    }

    [Fact]
    public void Names_ManyAttributesInTheNewerLayout_AreRead()
    {
        using Hdf5Reader file = Open("attrs-latest.h5");

        Assert.Equal(30, file.Names("", "layer_names")!.Count);
        Assert.Equal("texttext", file.Text("", "a2"));
    }

    [Theory]
    [InlineData("soft-latest.h5", "the link 'soft' must lead to an object of the same file")]
    [InlineData("external-latest.h5", "the link 'external' must lead to an object of the same file")]
    [InlineData("cycle.h5", "a group that another link leads to")]
    [InlineData("virtual.h5", "virtual dataset")]
    [InlineData("unallocated.h5", "it declares 2000000000 bytes, but 0 are stored")]
    public void Open_FileThatLeadsElsewhere_IsRefused(string name, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(name));

        Assert.StartsWith($"Hdf5Reader: {name} must be a whole HDF5 file, but ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static string Locate(string name) => GoldenCase.Locate($"damaged/hdf5/{name}");

    private static Hdf5Reader Open(string name) => Hdf5Reader.Open(File.OpenRead(Locate(name)), name);
}
