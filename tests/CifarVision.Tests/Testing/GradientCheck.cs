namespace CifarVision.Tests.Testing;

/// <summary>Autograd's gradient against central differences, in float64.</summary>
public static class GradientCheck
{
    // Truncation is of order step squared, rounding of order 1e-16 / step: both stay under 1e-9.
    private const double Step = 1e-6;

    /// <summary>
    /// Asserts that the gradient of a scalar function at a point is what central differences say, within <paramref name="tolerance"/> times
    /// the largest difference quotient. Choose a point that keeps 1e-6 away from kinks and ties.
    /// </summary>
    /// <param name="scalarFunction">Computes in the type of its argument, float64, and returns one value.</param>
    /// <param name="at">The point; converted to float64 and left unchanged.</param>
    /// <param name="tolerance">Relative; 1e-7 suits smooth functions with values around 1.</param>
    public static void Check(Func<Tensor, Tensor> scalarFunction, Tensor at, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        Tensor point = at.detach().to(ScalarType.Float64).clone().contiguous().requires_grad_();
        Tensor value = scalarFunction(point);
        Assert.Equal(1, value.numel());
        value.backward();
        Assert.True(point.grad is not null, "No gradient reaches the point.");
        Tensor gradient = point.grad.to(ScalarType.Float64);
        Tensor quotients = Quotients(scalarFunction, point.detach()).to(gradient.device);
        double bound = tolerance * Math.Max(quotients.abs().max().item<double>(), 1e-30);
        double worst = (gradient - quotients).abs().max().item<double>();
        if (!(worst <= bound))
            Assert.Fail($"Gradient and difference quotient differ by {worst:E2}, over {bound:E2}.\nautograd: {Text(gradient)}\nquotient: {Text(quotients)}");
    }

    private static string Text(Tensor numbers) => string.Join(", ", numbers.reshape(-1).data<double>());

    private static Tensor Quotients(Func<Tensor, Tensor> scalarFunction, Tensor at)
    {
        using var noGrad = torch.no_grad();
        Tensor flat = at.clone().flatten();
        var quotients = new double[flat.numel()];
        for (long i = 0; i < quotients.Length; i++)
        {
            double x = flat[i].item<double>();
            quotients[i] = (At(x + Step) - At(x - Step)) / (2 * Step);
            flat[i] = x;

            double At(double moved)
            {
                using var scope = torch.NewDisposeScope();
                flat[i] = moved;
                return scalarFunction(flat.reshape(at.shape)).to(ScalarType.Float64).item<double>();
            }
        }

        return torch.tensor(quotients, at.shape);
    }
}
