using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime.Natives;

public class SignalStackTests
{
    // On a processor with AMX this ended the process.
    [Fact]
    public void NullReference_AfterAConvolutionInBFloat16_IsAnException()
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            using var scope = torch.NewDisposeScope();
            var layer = new Conv2D(32, 3);
            layer.Build((16, 16, 32));
            layer.Configure(DTypePolicy.MixedBFloat16, torch.CPU);
            layer.Forward(LayerContract.Numbers([8, 16, 16, 32], ScalarType.BFloat16, "x"), training: false);
            thrown = Record.Exception(() => Length(null));
        });
        thread.Start();
        thread.Join();

        Assert.IsType<NullReferenceException>(thrown);
    }

    private static int Length(string? text) => text!.Length;
}
