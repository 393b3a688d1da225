using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrowserDemo;

/// <summary>The service is healthy if the model classifies a black picture.</summary>
internal sealed class ModelCheck(DemoModel model, BatchQueue queue) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        NDArray black = np.zeros(new Shape(model.Size.Height, model.Size.Width, 3), NPTypeCode.Byte);
        float[] answer = await queue.ClassifyAsync(black).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        return answer.All(float.IsFinite) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The model's answer is not finite.");
    }
}
