using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Initializers;

public class InitializerTests
{
    private static readonly Dictionary<string, Func<long?, Initializer>> Random = new()
    {
        ["RandomNormal"] = seed => new RandomNormal(seed: seed),
        ["RandomUniform"] = seed => new RandomUniform(seed: seed),
        ["TruncatedNormal"] = seed => new TruncatedNormal(seed: seed),
        ["VarianceScaling"] = seed => new VarianceScaling(seed: seed),
        ["GlorotNormal"] = seed => new GlorotNormal(seed),
        ["GlorotUniform"] = seed => new GlorotUniform(seed),
        ["HeNormal"] = seed => new HeNormal(seed),
        ["HeUniform"] = seed => new HeUniform(seed),
        ["LecunNormal"] = seed => new LecunNormal(seed),
        ["LecunUniform"] = seed => new LecunUniform(seed),
        ["Orthogonal"] = seed => new Orthogonal(seed: seed),
    };

    public static TheoryData<string> RandomNames => [.. Random.Keys];

    [Theory]
    [MemberData(nameof(RandomNames))]
    public void Call_Seeded_SameNumbersEachTime(string name)
    {
        Func<long?, Initializer> create = Random[name];
        Initializer initializer = create(11);

        NDArray first = initializer.Call((4, 6));
        TorchRuntime.SetSeed(99);

        Near.Absolute(first, initializer.Call((4, 6)), 0);
        Near.Absolute(first, create(11).Call((4, 6)), 0);
        Assert.NotEqual(Near.Doubles(first), Near.Doubles(create(12).Call((4, 6))));
    }

    [Theory]
    [MemberData(nameof(RandomNames))]
    public void Call_Unseeded_FollowsTheSeedOfTheRuntimeAndDiffersFromCallToCall(string name)
    {
        Func<long?, Initializer> create = Random[name];
        TorchRuntime.SetSeed(5);
        NDArray first = create(null).Call((4, 6));
        NDArray second = create(null).Call((4, 6));
        TorchRuntime.SetSeed(5);
        NDArray again = create(null).Call((4, 6));
        TorchRuntime.SetSeed(6);
        NDArray other = create(null).Call((4, 6));

        Near.Absolute(first, again, 0);
        Assert.NotEqual(Near.Doubles(first), Near.Doubles(second));
        Assert.NotEqual(Near.Doubles(first), Near.Doubles(other));
    }

    [Fact]
    public void Call_Constants_FillTheShape()
    {
        Near.Absolute(np.zeros(new Shape(2, 3)), new Zeros().Call((2, 3)), 0);
        Near.Absolute(np.ones(new Shape(2, 3)), new Ones().Call((2, 3)), 0);
        Near.Absolute(np.ones(new Shape(4)) * 0.25, new Constant(0.25).Call(4), 0);
        Assert.Equal(typeof(float), new Zeros().Call(3).dtype);
    }

    [Fact]
    public void Call_InitializerOfAUser_FillsTheShape()
    {
        var layer = new Dense(2, kernelInitializer: new OwnIdentity());
        layer.Build(3);

        Near.Absolute(np.array(new float[,] { { 1, 0 }, { 0, 1 }, { 0, 0 } }), new OwnIdentity().Call((3, 2)), 0);
        Near.Absolute(new OwnIdentity().Call((3, 2)), layer.GetWeights()[0], 0);
    }

    [Fact]
    public void RandomNormal_Default_HasMeanZeroAndDeviationOneTwentieth()
    {
        var moments = Moments.Of(new RandomNormal(seed: 1).Call((500, 400)));

        moments.AssertNear(mean: 0, deviation: 0.05);
        Assert.True(moments.Max > 0.19, "A normal distribution of 200,000 numbers reaches four deviations.");
    }

    [Fact]
    public void RandomNormal_MeanAndDeviation_AreThose() =>
        Moments.Of(new RandomNormal(mean: 3, stddev: 0.5, seed: 2).Call((500, 400))).AssertNear(mean: 3, deviation: 0.5);

    [Fact]
    public void RandomUniform_Default_FillsItsRange()
    {
        var moments = Moments.Of(new RandomUniform(seed: 1).Call((500, 400)));

        moments.AssertNear(mean: 0, deviation: 0.05 / Math.Sqrt(3));
        moments.AssertWithin(-0.05, 0.05);
        Assert.True(moments.Min < -0.0499 && moments.Max > 0.0499);
    }

    [Fact]
    public void TruncatedNormal_Default_IsCutAtTwoDeviationsAndNotWidened()
    {
        var moments = Moments.Of(new TruncatedNormal(seed: 1).Call((500, 400)));

        moments.AssertNear(mean: 0, deviation: 0.05 * 0.87962566103423978);
        moments.AssertWithin(-0.1, 0.1);
        Assert.True(moments.Max > 0.0995);
    }

    [Fact]
    public void Constructors_ImpossibleSettings_Throw()
    {
        Assert.Equal("stddev", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomNormal(stddev: -1)).ParamName);
        Assert.Equal("mean", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomNormal(mean: double.NaN)).ParamName);
        Assert.Equal("stddev", Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedNormal(stddev: double.PositiveInfinity)).ParamName);
        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => new Constant(double.NaN)).ParamName);
        Assert.Equal("gain", Assert.Throws<ArgumentOutOfRangeException>(() => new Orthogonal(double.NaN)).ParamName);
        using var german = new CultureScope("de-DE");
        var error = Assert.Throws<ArgumentException>(() => new RandomUniform(0.5, -0.5));
        Assert.StartsWith("RandomUniform: minval must be finite and at most maxval, but was 0.5 with maxval -0.5.", error.Message, StringComparison.Ordinal);
    }

    #region own-initializer
    private sealed class OwnIdentity : Initializer
    {
        protected override void Generate(Span<float> values, TensorShape shape, RandomStream random)
        {
            values.Clear();
            for (int i = 0; i < Math.Min(shape[0], shape[1]); i++)
                values[(i * (int)shape[1]) + i] = 1;
        }
    }
    #endregion
}
