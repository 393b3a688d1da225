using System.Text;

namespace CifarVision.Training;

/// <summary>Text exchanged between processes.</summary>
internal static class DistributedText
{
    /// <summary>Returns the texts of all processes, by rank. Every process must call it.</summary>
    public static IReadOnlyList<string> Gather(this Distribution distribution, string own)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(own);
        var lengths = new double[distribution.Size];
        lengths[distribution.Rank] = bytes.Length;
        distribution.Sum(lengths);

        // Each process adds its bytes to the zeros of the others.
        var all = new double[(int)lengths.Sum()];
        int start = (int)lengths.Take(distribution.Rank).Sum();
        for (int i = 0; i < bytes.Length; i++)
            all[start + i] = bytes[i];
        distribution.Sum(all);

        var texts = new string[distribution.Size];
        int next = 0;
        for (int rank = 0; rank < texts.Length; rank++)
        {
            int length = (int)lengths[rank];
            texts[rank] = Encoding.UTF8.GetString(Array.ConvertAll(all[next..(next + length)], value => (byte)value));
            next += length;
        }

        return texts;
    }
}
