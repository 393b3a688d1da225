// Forbidden on purpose: TorchScalarTests must find each call.
#pragma warning disable RS0030
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Tests.House;

/// <summary>One method for each kind of call that the check of scalars must find, and some that it must let pass.</summary>
internal static class PlantedCalls
{
    private static readonly Scalar One = 1L;

    public static Tensor PlusTensor(Tensor x) => x + x;

    public static Tensor PlusNumber(Tensor x) => x + 1.5;

    public static Tensor NumberMinus(Tensor x) => 1 - x;

    public static Tensor TimesNumber(Tensor x) => x * 2f;

    public static Tensor AddTensor(Tensor x) => x.add(x);

    public static Tensor AddTensorInPlace(Tensor x) => x.add_(x);

    public static Tensor AddHeldNumber(Tensor x) => x.add(One);

    public static Tensor Square(Tensor x) => x.square();

    public static Tensor ShortArange() => torch.arange(One);

    public static Tensor ShortAddcdiv(Tensor x) => x.addcdiv(x, x);

    public static Tensor LeakyRelu(Tensor x) => F.leaky_relu(x, 0.1);

    public static Tensor Elu(Tensor x) => F.elu(x, 1.0);

    public static Tensor Softplus(Tensor x) => F.softplus(x);

    public static Tensor ImplicitConversion(Tensor x) => x.mul(0.5);

    public static Tensor ExplicitExtension(Tensor x) => x.mul(0.5.ToScalar());

    public static Tensor NotDisposed(Tensor x)
    {
        Scalar number = 0.5;
        return x.mul(number);
    }

    public static Func<Tensor, Tensor> InALambda() => x => x.masked_fill(x, 3);

    public static IEnumerable<Tensor> InAnIterator(Tensor x)
    {
        yield return x.clamp_min(0);
    }

    public static Tensor HeldIsRight(Tensor x)
    {
        using Scalar number = 0.5;
        return x.mul(number);
    }

    public static Tensor WithoutNumbersIsRight(Tensor x) => ((x * x) - (x / x)).abs().mul_(One);
}
