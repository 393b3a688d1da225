using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

/// <summary>What holds for every augmentation that draws numbers for each image.</summary>
public class AugmentationTests
{
    private static readonly Dictionary<string, Func<Layer>> Layers = new()
    {
        [nameof(RandomFlip)] = () => new RandomFlip(seed: 3),
        [nameof(RandomRotation)] = () => new RandomRotation(0.4, seed: 3),
        [nameof(RandomTranslation)] = () => new RandomTranslation(0.4, 0.3, seed: 3),
        [nameof(RandomZoom)] = () => new RandomZoom(0.4, 0.3, seed: 3),
        [nameof(RandomErasing)] = () => new RandomErasing(seed: 3),
        [nameof(RandomBrightness)] = () => new RandomBrightness(0.4, (0, 1), seed: 3),
        [nameof(RandomContrast)] = () => new RandomContrast((0.4, 0.4), (0, 1), seed: 3),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    public static TheoryData<string> Types => [.. typeof(Augmentation).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Augmentation)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_PartsOfABatch_AreThoseOfTheWhole(string name)
    {
        NDArray x = np.array(NaiveImages.Different(7, 6, 5, 2));
        Layer one = Layers[name]();
        NDArray[] whole = [one.Call(x, training: true), one.Call(x, training: true)];
        Assert.False(np.array_equal(whole[0], whole[1]));

        foreach ((int start, int count) in new[] { (0, 4), (4, 3) })
        {
            Layer part = Layers[name]();
            using (RowPart.Begin(new RowPart(start, count, 7)))
            {
                foreach (NDArray step in whole)
                    Near.Absolute(step[$"{start}:{start + count}"], part.Call(x[$"{start}:{start + count}"], training: true), 0, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Augmentation_Public_IsAmongThem(string type) => Assert.Contains(type, Layers.Keys);
}
