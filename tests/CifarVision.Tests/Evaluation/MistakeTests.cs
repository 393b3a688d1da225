using CifarVision.Evaluation;

namespace CifarVision.Tests.Evaluation;

public class MistakeTests
{
    private static readonly NDArray Truth = np.array(new[] { 0, 1, 2, 0, 1 });
    private static readonly NDArray Probabilities = np.array(new double[,] { { 0.5, 0.25, 0.25 }, { 0.75, 0.125, 0.125 }, { 0, 0.5, 0.5 }, { 0, 1, 0 }, { 0.75, 0.25, 0 } });

    [Fact]
    public void MostCertain_AreInOrderOfProbability()
    {
        IReadOnlyList<Mistake> mistakes = Mistake.MostCertain(Truth, Probabilities);

        Assert.Equal([new Mistake(3, 0, 1, 1, 0), new Mistake(1, 1, 0, 0.75, 0.125), new Mistake(4, 1, 0, 0.75, 0.25), new Mistake(2, 2, 1, 0.5, 0.5)], mistakes);
        Assert.Equal(mistakes.Take(2), Mistake.MostCertain(Truth, Probabilities, count: 2));
    }

    [Fact]
    public void MostCertain_OfOneUnit_KnowsBothClasses() => Assert.Equal(
        [new Mistake(1, 1, 0, 0.75, 0.25), new Mistake(0, 0, 1, 0.625, 0.375)],
        Mistake.MostCertain(np.array(new[] { 0, 1, 1 }), np.array(new[] { 0.625, 0.25, 0.75 }).reshape(3, 1)));

    [Fact]
    public void MostCertain_WithoutMistakes_IsEmpty() => Assert.Empty(Mistake.MostCertain(np.array(new[] { 0, 1 }), np.array(new[] { 0.1, 0.9 })));

    [Fact]
    public void Count_BelowOne_IsAnError()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Mistake.MostCertain(Truth, Probabilities, 0));
        Assert.StartsWith("Mistake: count must be at least 1, but was 0.", error.Message, StringComparison.Ordinal);
    }
}
