using CifarVision.Formats;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

public sealed class BackupFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BackupFolder _backups;

    public BackupFolderTests() => _backups = new BackupFolder(_folder.File("backups"));

    private string[] Files => [.. Directory.GetFileSystemEntries(_backups.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FindNewest_NoFolder_IsNull() => Assert.Null(_backups.FindNewest());

    [Fact]
    public void Write_Thrice_KeepsTheLastTwo()
    {
        Write(1, 2, 3);

        Assert.Equal(["backup-000002.safetensors", "backup-000003.safetensors"], Files);
        Assert.Equal(3, ReadNewest());
    }

    [Fact]
    public void ReadArrays_WhatWasWritten_IsThatOfItsNumber()
    {
        Write(1, 2);

        BackupFolder.ReadArrays(_backups.FindNewest()!, arrays => Assert.Equal([2f, 0.5f], arrays["values"].Read().ToArray<float>()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(-1)]
    public void FindNewest_NewestTruncated_IsTheOneBefore(int length)
    {
        Write(1, 2);
        Truncate("backup-000002.safetensors", length);

        Assert.Equal(1, ReadNewest());
    }

    [Fact]
    public void FindNewest_AnyBitOfTheNewestChanged_IsTheOneBefore()
    {
        Write(1, 2);
        string file = Path.Combine(_backups.Path, "backup-000002.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(file, bytes);
            Assert.Equal(1, ReadNewest());
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void FindNewest_AllTorn_IsAnErrorThatNamesThem()
    {
        Write(1, 2);
        Truncate("backup-000001.safetensors", 50);
        Truncate("backup-000002.safetensors", 50);

        var error = Assert.Throws<InvalidDataException>(() => _backups.FindNewest());

        Assert.Matches(@"^BackupAndRestore: backupDir must hold a whole backup, but all 2 in '.*backups' are damaged \(backup-000001\.safetensors, backup-000002\.safetensors\)\. ", error.Message);
    }

    [Fact]
    public void FindNewest_HalfWrittenFileOfAKilledRun_IsTakenAway()
    {
        Write(1);
        File.WriteAllText(Path.Combine(_backups.Path, ".backup-000002.safetensors.0123.tmp"), "half");

        Assert.Equal(1, ReadNewest());
        Assert.Equal(["backup-000001.safetensors"], Files);
    }

    [Fact]
    public void Delete_OwnFilesOnly_KeepsAFolderWithOthers()
    {
        Write(1, 2);
        File.WriteAllText(Path.Combine(_backups.Path, "notes.txt"), "mine");

        _backups.Delete();

        Assert.Equal(["notes.txt"], Files);
    }

    [Fact]
    public void Delete_NothingElseInTheFolder_RemovesIt()
    {
        Write(1);

        _backups.Delete();
        _backups.Delete();

        Assert.False(Directory.Exists(_backups.Path));
    }

    private void Write(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            using Tensor values = torch.tensor(new[] { number, 0.5f });
            _backups.Write(number, [("values", values)]);
        }
    }

    private int ReadNewest() => BackupFolder.ReadState<int>(_backups.FindNewest()!);

    private void Truncate(string name, int length)
    {
        using FileStream file = File.OpenWrite(Path.Combine(_backups.Path, name));
        file.SetLength(length >= 0 ? length : file.Length + length);
    }
}
