#pragma warning disable
using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace CifarVision.Runtime;

/// <summary>Makes TorchSharp's Linux native library load on systems whose libstdc++ is older than GCC 13.</summary>
/// <remarks>
/// libLibTorchSharp.so 0.107 carries a version need GLIBCXX_3.4.32 for a symbol that no relocation uses.
/// The handler below runs only after the runtime's own probing for "LibTorchSharp" failed, so it costs nothing elsewhere.
/// </remarks>
public static class NativeLoader
{
    const string Name = "LibTorchSharp", File_ = "libLibTorchSharp.so", Version = "GLIBCXX_3.4.32";
    static readonly Lock Gate = new();
    static nint _handle;
    static int _registered;

    /// <summary>What the last load did, for diagnostics.</summary>
    public static string Trace { get; private set; } = "not needed";

    /// <summary>Call this before any use of TorchSharp if no other type of this library is used first.</summary>
    public static void Register()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        if (Interlocked.Exchange(ref _registered, 1) != 0) return;
        var alc = AssemblyLoadContext.GetLoadContext(typeof(NativeLoader).Assembly) ?? AssemblyLoadContext.Default;
        alc.ResolvingUnmanagedDll += Resolve;
        if (alc != AssemblyLoadContext.Default) AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
    }

    static nint Resolve(Assembly asm, string name)
    {
        if (name is not (Name or "libLibTorchSharp" or File_)) return 0;
        lock (Gate) return _handle != 0 ? _handle : _handle = LoadPatched(asm);
    }

    static nint LoadPatched(Assembly asm)
    {
        foreach (var dir in Candidates(asm))
        {
            var path = Path.Combine(dir, File_);
            if (!File.Exists(path)) continue;
            if (NativeLibrary.TryLoad(path, out var h)) { Trace = $"loaded {path}"; return h; }
            var image = File.ReadAllBytes(path);
            if (!WeakenVersionNeed(image, Version)) { Trace = $"{path}: no {Version} need to weaken"; continue; }
            // The copy's $ORIGIN is elsewhere: its DT_NEEDED entries are satisfied by SONAME from what is loaded here.
            foreach (var dep in DependencyDirs(dir).SelectMany(d => Deps.Select(n => Path.Combine(d, n))))
                if (File.Exists(dep)) NativeLibrary.TryLoad(dep, out _);
            if (Environment.GetEnvironmentVariable("CV_MODE") != "file" && TryMemfd(image, out h)) { Trace = $"patched {path} (memfd)"; return h; }
            if (TryCacheFile(image, out h, out var copy)) { Trace = $"patched {path} -> {copy}"; return h; }
        }
        return 0;
    }

    // libtorch_cpu pulls libc10 and libgomp through its own $ORIGIN RUNPATH.
    static readonly string[] Deps = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    static IEnumerable<string> Candidates(Assembly asm)
    {
        var seen = new HashSet<string>();
        var list = new List<string>();
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string s) list.AddRange(s.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        void Add(string? d) { if (!string.IsNullOrEmpty(d)) { list.Add(d); list.Add(Path.Combine(d, "runtimes", "linux-x64", "native")); } }
        Add(AppContext.BaseDirectory);
        if (asm.Location is { Length: > 0 } l) Add(Path.GetDirectoryName(l));
        foreach (var d in list) if (seen.Add(Path.TrimEndingDirectorySeparator(d))) yield return d;
    }

    static IEnumerable<string> DependencyDirs(string dir)
    {
        yield return dir;
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string s)
            foreach (var d in s.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) yield return d;
    }

    /// <summary>Sets VER_FLG_WEAK on the version need <paramref name="version"/> of an ELF64 little-endian image.</summary>
    internal static bool WeakenVersionNeed(Span<byte> e, string version)
    {
        if (e.Length < 64 || e[0] != 0x7f || e[1] != (byte)'E' || e[4] != 2 || e[5] != 1) return false;
        var want = System.Text.Encoding.ASCII.GetBytes(version + "\0");
        ulong shoff = U64(e, 0x28); int size = U16(e, 0x3A), num = U16(e, 0x3C); bool done = false;
        for (int i = 0; i < num; i++)
        {
            int s = checked((int)shoff + i * size);
            if (U32(e, s + 4) != 0x6ffffffe) continue;                     // SHT_GNU_verneed
            int link = (int)U32(e, s + 40), str = (int)U64(e, checked((int)shoff + link * size) + 24);
            int need = (int)U64(e, s + 24);
            for (;;)
            {
                int cnt = U16(e, need + 2), aux = need + (int)U32(e, need + 8);
                for (int k = 0; k < cnt; k++)
                {
                    int nameAt = str + (int)U32(e, aux + 8);
                    if (e.Slice(nameAt, Math.Min(want.Length, e.Length - nameAt)).SequenceEqual(want))
                    { BinaryPrimitives.WriteUInt16LittleEndian(e[(aux + 4)..], (ushort)(U16(e, aux + 4) | 2)); done = true; }
                    uint next = U32(e, aux + 12); if (next == 0) break; aux += (int)next;
                }
                uint nn = U32(e, need + 12); if (nn == 0) break; need += (int)nn;
            }
        }
        return done;
    }
    static ushort U16(ReadOnlySpan<byte> e, int o) => BinaryPrimitives.ReadUInt16LittleEndian(e[o..]);
    static uint U32(ReadOnlySpan<byte> e, int o) => BinaryPrimitives.ReadUInt32LittleEndian(e[o..]);
    static ulong U64(ReadOnlySpan<byte> e, int o) => BinaryPrimitives.ReadUInt64LittleEndian(e[o..]);

    [DllImport("libc", SetLastError = true)] static extern int memfd_create(string name, uint flags);
    [DllImport("libc", SetLastError = true)] static extern int close(int fd);

    static bool TryMemfd(byte[] image, out nint handle)
    {
        handle = 0;
        int fd;
        try { fd = memfd_create(File_, 1 /* MFD_CLOEXEC */); } catch (EntryPointNotFoundException) { return false; }
        if (fd < 0) return false;
        try
        {
            using (var f = new FileStream($"/proc/self/fd/{fd}", FileMode.Open, FileAccess.Write)) f.Write(image);
            return NativeLibrary.TryLoad($"/proc/self/fd/{fd}", out handle);
        }
        catch (IOException) { return false; }
        finally { close(fd); }
    }

    static bool TryCacheFile(byte[] image, out nint handle, out string copy)
    {
        handle = 0; copy = "";
        var hash = Convert.ToHexStringLower(SHA256.HashData(image));
        var roots = new[] { Environment.GetEnvironmentVariable("CIFARVISION_NATIVE_CACHE"),
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } l ? Path.Combine(l, "CifarVision", "native") : null };
        foreach (var root in roots)
        {
            if (string.IsNullOrEmpty(root)) continue;
            try
            {
                var dir = Path.Combine(root, hash[..32]); copy = Path.Combine(dir, File_);
                Directory.CreateDirectory(dir, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                // never trust a cached file that is not byte for byte what we would write
                if (!File.Exists(copy) || !SHA256.HashData(File.ReadAllBytes(copy)).AsSpan().SequenceEqual(Convert.FromHexString(hash)))
                {
                    var tmp = Path.Combine(dir, $".{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
                    File.WriteAllBytes(tmp, image);
                    File.Move(tmp, copy, overwrite: true);                // rename(2): atomic; racers write identical bytes
                }
                if (NativeLibrary.TryLoad(copy, out handle)) return true;
            }
            catch (Exception x) when (x is IOException or UnauthorizedAccessException) { }
        }
        return false;
    }
}
