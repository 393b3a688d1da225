using System.Runtime.InteropServices;

namespace CifarVision.Mpi;

/// <summary>
/// The functions and constants of libmpi that this library uses. Open MPI's handles are addresses of exported objects; those of MPICH and of
/// libraries with its ABI, as Intel MPI, are numbers. A handle is passed as a machine word, of which MPICH reads the lower half.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    private const int LazyGlobal = 0x00101;
    private const int LazyGlobalMac = 0x00009;
    private const int VersionLength = 8192;

    private static readonly string[] OpenMpi = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : ["libmpi.so.40"];
    private static readonly string[] Mpich = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib"] : ["libmpi.so.12", "libmpich.so.12"];

    private MpiLibrary(nint library)
    {
        bool isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world);
        nint Handle(string openMpi, int mpich) => isOpenMpi ? NativeLibrary.GetExport(library, openMpi) : mpich;

        World = isOpenMpi ? world : 0x44000000;
        Byte = Handle("ompi_mpi_byte", 0x4c00010d);
        Float32 = Handle("ompi_mpi_float", 0x4c00040a);
        Float64 = Handle("ompi_mpi_double", 0x4c00080b);
        AddUp = Handle("ompi_mpi_op_sum", 0x58000003);
        NoInfo = Handle("ompi_mpi_info_null", 0x1c000000);
        InPlace = isOpenMpi ? 1 : -1;
        NoStatus = isOpenMpi ? 0 : 1;
        AnySource = isOpenMpi ? -1 : -2;
        SameNode = isOpenMpi ? 0 : 1;

        InitThread = (delegate* unmanaged<int*, byte***, int, int*, int>)NativeLibrary.GetExport(library, "MPI_Init_thread");
        Finish = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "MPI_Finalize");
        GetRank = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_rank");
        GetSize = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_size");
        SplitByKind = (delegate* unmanaged<nint, int, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Comm_split_type");
        Duplicate = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Comm_dup");
        AllReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Iallreduce");
        AllToAll = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Ialltoall");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Iallgather");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Ibcast");
        Send = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Isend");
        Receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Irecv");
        Test = (delegate* unmanaged<nint*, int*, nint, int>)NativeLibrary.GetExport(library, "MPI_Test");

        var getVersion = (delegate* unmanaged<byte*, int*, int>)NativeLibrary.GetExport(library, "MPI_Get_library_version");
        byte* text = stackalloc byte[VersionLength];
        int length;
        Version = getVersion(text, &length) == 0 ? Marshal.PtrToStringUTF8((nint)text)!.Split('\n')[0].TrimEnd('\0', ' ', ',') : "an unknown MPI";
    }

    /// <summary>The first line of what the library says of itself.</summary>
    public string Version { get; }

    public nint World { get; }

    public nint Byte { get; }

    public nint Float32 { get; }

    public nint Float64 { get; }

    public nint AddUp { get; }

    public nint NoInfo { get; }

    public nint InPlace { get; }

    public nint NoStatus { get; }

    public int AnySource { get; }

    public int SameNode { get; }

    public delegate* unmanaged<int*, byte***, int, int*, int> InitThread { get; }

    public delegate* unmanaged<int> Finish { get; }

    public delegate* unmanaged<nint, int*, int> GetRank { get; }

    public delegate* unmanaged<nint, int*, int> GetSize { get; }

    public delegate* unmanaged<nint, int, int, nint, nint*, int> SplitByKind { get; }

    public delegate* unmanaged<nint, nint*, int> Duplicate { get; }

    public delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int> AllReduce { get; }

    public delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> AllToAll { get; }

    public delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> AllGather { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, nint*, int> Broadcast { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Send { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Receive { get; }

    public delegate* unmanaged<nint*, int*, nint, int> Test { get; }

    /// <summary>Loads libmpi: that of the launcher first, where both kinds are installed.</summary>
    /// <param name="prefersMpich">Whether the launcher is one of MPICH's.</param>
    /// <exception cref="DllNotFoundException">There is none; the message names the package.</exception>
    public static MpiLibrary Load(bool prefersMpich)
    {
        string[] names = prefersMpich ? [.. Mpich, .. OpenMpi] : [.. OpenMpi, .. Mpich];
        foreach (string name in names)
        {
            if (Open(name) is not 0 and var library)
                return new MpiLibrary(library);
        }

        throw new DllNotFoundException(MissingMessage(names));
    }

    /// <summary>The message for a machine without libmpi.</summary>
    internal static string MissingMessage(IEnumerable<string> names) =>
        $"MpiWorld: libmpi must be installed, but was found under none of the names {string.Join(", ", names)}. "
        + "Install Open MPI on every machine: apt-get install openmpi-bin on Debian and Ubuntu, dnf install openmpi on Fedora, brew install open-mpi on macOS. "
        + "On a cluster load its MPI module first, so that LD_LIBRARY_PATH leads to libmpi.";

    // The plugins of Open MPI look for its symbols among the global ones, where NativeLibrary.Load does not put them.
    private static nint Open(string name)
    {
        if (OperatingSystem.IsWindows())
            return 0;
        nint system = NativeLibrary.Load(OperatingSystem.IsMacOS() ? "libSystem.B.dylib" : "libdl.so.2");
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(system, "dlopen");
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes($"{name}\0"))
            return open(text, OperatingSystem.IsMacOS() ? LazyGlobalMac : LazyGlobal);
    }
}
