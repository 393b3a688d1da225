using System.IO.Hashing;
using System.Reflection;
using System.Text;
using System.Text.Json;
using CifarVision.Callbacks;
using CifarVision.Training.Resuming;

namespace CifarVision.Training;

/// <summary>Checks that all processes began the same run.</summary>
internal static class ReplicaCheck
{
    /// <summary>Compares the facts of the run between the processes. Every process must call it.</summary>
    /// <exception cref="InvalidOperationException">They differ; the message names the first difference, on every process.</exception>
    public static void RequireEqual(Distribution distribution, RunIdentity identity, TrainingContext context)
    {
        var facts = new Dictionary<string, string>
        {
            ["the version of CifarVision"] = VersionOf(typeof(ReplicaCheck)),
            ["the version of TorchSharp"] = VersionOf(typeof(torch)),
            ["the seed"] = FormattableString.Invariant($"{context.Shuffling!.Seed}"),
            ["the number of random numbers drawn for the order"] = FormattableString.Invariant($"{context.Shuffling!.Counter}"),
            ["the number of optimizer steps"] = FormattableString.Invariant($"{context.Optimizer!.Iterations}"),
            ["epochs"] = FormattableString.Invariant($"{context.Parameters.Epochs}"),
            ["initialEpoch"] = FormattableString.Invariant($"{context.Parameters.InitialEpoch}"),
        };
        foreach ((string fact, string value) in identity.Facts)
            facts.Add(fact, value);

        // Nearly always all facts are equal, and comparing a hash is enough.
        string own = JsonSerializer.Serialize(facts);
        var digests = new double[distribution.Size];
        digests[distribution.Rank] = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(own));
        distribution.Sum(digests);
        if (digests.All(digest => digest == digests[0]))
            return;
        Dictionary<string, string>[] all = [.. distribution.Gather(own).Select(json => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!)];
        for (int rank = 1; rank < all.Length; rank++)
        {
            foreach (string fact in all[0].Keys.Union(all[rank].Keys))
            {
                string expected = all[0].GetValueOrDefault(fact, "absent");
                string found = all[rank].GetValueOrDefault(fact, "absent");
                if (expected != found)
                    throw new InvalidOperationException(FormattableString.Invariant(
                        $"Fit: {fact} must be the same in all processes, but was {expected} on rank 0 and {found} on rank {rank}. Start the same program with the same arguments and data on every rank."));
            }
        }
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? type.Assembly.GetName().Version!.ToString();
}
