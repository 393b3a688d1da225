using System.Runtime.ExceptionServices;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

/// <summary>A distribution over two threads of this process, each with a replica of its own.</summary>
internal sealed class TwoReplicas : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Barrier _barrier = new(2);
    private readonly object?[] _offers = new object?[2];

    /// <summary>Runs a program on both threads, and returns what each of them returned.</summary>
    public static T[] Run<T>(Func<Distribution, T> program)
    {
        using var world = new TwoReplicas();
        var results = new T[2];
        var errors = new Exception?[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() => errors[rank] = Record.Exception(() => results[rank] = program(new Replica(world, rank)))))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        if (errors.FirstOrDefault(error => error is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }

    public void Dispose() => _barrier.Dispose();

    // Gives each thread what the other offers; both wait until the other has taken it.
    private TResult Exchange<TOffer, TResult>(int rank, TOffer offer, Func<TOffer, TOffer, TResult> combine)
    {
        _offers[rank] = offer;
        Wait();
        TResult result = combine((TOffer)_offers[0]!, (TOffer)_offers[1]!);
        Wait();
        return result;
    }

    private void Wait() => Assert.True(_barrier.SignalAndWait(Patience, TestContext.Current.CancellationToken), "The other replica did not make this call.");

    private sealed class Replica(TwoReplicas world, int rank) : Distribution
    {
        public override int Rank => rank;

        public override int Size => 2;

        // As many parts as there can be.
        public override long? BucketBytes => 1;

        public override void SumGradients(IReadOnlyList<Tensor> gradients)
        {
            using var scope = torch.NewDisposeScope();
            Tensor[] sums = world.Exchange(rank, gradients, (a, b) => a.Zip(b, (x, y) => x.Add(y)).ToArray());
            foreach ((Tensor gradient, Tensor sum) in gradients.Zip(sums))
                gradient.copy_(sum);
        }

        public override void Sum(Span<double> values) =>
            world.Exchange(rank, values.ToArray(), (a, b) => a.Zip(b, (x, y) => x + y).ToArray()).CopyTo(values);

        public override void Broadcast(IReadOnlyList<Tensor> tensors)
        {
            using var noGrad = torch.no_grad();
            world.Exchange(rank, tensors, (first, second) =>
            {
                foreach ((Tensor source, Tensor target) in first.Zip(second).Where(_ => rank == 1))
                    target.copy_(source);
                return 0;
            });
        }

        public override double Broadcast(double value) => world.Exchange(rank, value, (first, _) => first);
    }
}
