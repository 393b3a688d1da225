using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class TensorDeviceTests
{
    [Theory]
    [InlineData("cpu", true)]
    [InlineData("meta", false)]
    [InlineData("cuda", false)]
    public void IsOn_TensorOfTheCpu_ComparesTheTypes(string device, bool expected)
    {
        using Tensor tensor = torch.ones(1);

        Assert.Equal(expected, tensor.IsOn(new torch.Device(device)));
        Assert.True(tensor.IsOn(tensor.device));
    }
}
