using CifarVision.Fuzz;
using CifarVision.Tests.Testing;
using CsCheck;

namespace CifarVision.Tests.Formats;

/// <summary>Every reader on files with random damage. <c>tests/CifarVision.Fuzz</c> does the same with many more, in processes of their own.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 250;

    private static readonly Gen<Mutation> AnyMutation = Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt, (kind, place, value) => new Mutation(kind, place, value));

    public static TheoryData<string> Readers => [.. Targets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_DamagedFile_IsAnErrorOfDataOrNone(string reader)
    {
        FuzzTarget target = Targets.Find(reader);
        using var folder = new TemporaryFolder();
        string path = folder.File("input" + target.Ending);

        Gen.Select(Gen.UInt, AnyMutation.Array[1, 6]).Sample(
            (choice, mutations) =>
            {
                File.WriteAllBytes(path, target.Make(choice, mutations));
                Assert.Null(target.Try(path));
            },
            iter: Inputs,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_SoundFile_IsRead(string reader)
    {
        FuzzTarget target = Targets.Find(reader);
        using var folder = new TemporaryFolder();
        foreach (string seed in target.Seeds)
        {
            string path = folder.File("input" + target.Ending);
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Seeds", seed), path, overwrite: true);
            target.Read(path);
            File.WriteAllBytes(path, target.Packing.Pack(target.Packing.Unpack(File.ReadAllBytes(path))));
            target.Read(path);
        }
    }
}
