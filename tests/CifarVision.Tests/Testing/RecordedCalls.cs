using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CifarVision.Tests.Testing;

/// <summary>
/// The calls of libtorch's operations by this thread, those of the backward pass among them, as torch's own profiler sees them: through
/// <c>at::addThreadLocalCallback</c>. Linux on x64 only, since the structure below is passed as C++ passes it there.
/// </summary>
internal sealed unsafe class RecordedCalls : IDisposable
{
    private const int Scopes = 10;

    [ThreadStatic]
    private static List<RecordedCall>? _open;

    [ThreadStatic]
    private static int _depth;

    private static readonly nint Torch = OperatingSystem.IsLinux() ? NativeLibrary.Load(PathOf("libtorch_cpu.so")) : 0;

    private readonly List<RecordedCall> _calls = [];
    private readonly ulong _handle;

    /// <summary>Starts to record.</summary>
    public RecordedCalls()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Calls of libtorch are recorded on Linux on x64 only.");
        (_open, _depth) = (_calls, 0);
        var callback = new Callback { Start = &Enter, End = &Leave, SamplingProbability = 1 };
        new Span<byte>(callback.ScopesOn, Scopes).Fill(1);
        _handle = ((delegate* unmanaged<Callback, ulong>)NativeLibrary.GetExport(Torch, "_ZN2at22addThreadLocalCallbackENS_22RecordFunctionCallbackE"))(callback);
    }

    /// <summary>All calls, and those inside them after them.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>The names of all calls, as <c>aten::mul</c>.</summary>
    public IEnumerable<string> Names => _calls.Select(call => call.Name);

    /// <summary>
    /// The calls that are not part of another and compute values, themselves or in calls inside them: on a graphics card each starts a kernel, or a few.
    /// The others only describe memory.
    /// </summary>
    public IEnumerable<string> Kernels
    {
        get
        {
            for (int i = 0; i < _calls.Count;)
            {
                int outer = i++;
                bool computes = _calls[outer].Computes;
                for (; i < _calls.Count && _calls[i].Depth > 0; i++)
                    computes |= _calls[i].Computes;
                // A tensor without axes on the CPU, which a kernel takes by value.
                if (computes && _calls[outer].Name is not "aten::scalar_tensor")
                    yield return _calls[outer].Name;
            }
        }
    }

    /// <summary>Records an action.</summary>
    public static RecordedCalls Of(Action action)
    {
        using var calls = new RecordedCalls();
        action();
        return calls;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((delegate* unmanaged<ulong, void>)NativeLibrary.GetExport(Torch, "_ZN2at14removeCallbackEm"))(_handle);
        _open = null;
    }

    private static string PathOf(string library) =>
        Process.GetCurrentProcess().Modules.Cast<ProcessModule>().First(module => module.ModuleName.StartsWith(library, StringComparison.Ordinal)).FileName;

    // Returns a std::unique_ptr, which the caller has made room for.
    [UnmanagedCallersOnly]
    private static nint* Enter(nint* result, nint function)
    {
        byte* name = ((delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(Torch, "_ZNK2at14RecordFunction4nameEv"))(function);
        _open?.Add(new RecordedCall(Marshal.PtrToStringUTF8((nint)name)!, _depth));
        _depth++;
        *result = 0;
        return result;
    }

    [UnmanagedCallersOnly]
    private static void Leave(nint function, nint context) => _depth--;

    // at::RecordFunctionCallback.
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public delegate* unmanaged<nint*, nint, nint*> Start;
        public delegate* unmanaged<nint, nint, void> End;
        public double SamplingProbability;
        public fixed byte ScopesOn[Scopes];
        public byte NeedsInputs;
        public byte NeedsOutputs;
        public byte NeedsIds;
    }
}
