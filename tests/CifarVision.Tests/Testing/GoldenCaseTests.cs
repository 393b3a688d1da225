namespace CifarVision.Tests.Testing;

public class GoldenCaseTests
{
    [Fact]
    public void Load_DenseCase_GivesConfigAndArrays()
    {
        GoldenCase golden = GoldenCase.Load("layers/dense_relu");

        Assert.Equal("Dense", golden.ClassName);
        Assert.Equal([4L, 7L], golden["x"].shape);
        Near.Relative(golden["x"], golden.Tensor("x"), 0);
    }
}
