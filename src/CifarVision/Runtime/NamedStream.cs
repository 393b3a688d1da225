namespace CifarVision.Runtime;

/// <summary>
/// A stream of random numbers that begins at its first use, or at <see cref="Reserve"/>. Streams of one name are numbered in the order in which they begin:
/// models that are trained on several threads reserve theirs before, so that the threads do not race for the numbers.
/// </summary>
/// <param name="begin">Begins the stream.</param>
internal sealed class NamedStream(Func<RandomStream> begin)
{
    private readonly Lock _gate = new();
    private RandomStream? _stream;
    private StreamPlace? _restored;
    private int? _reservedUnder;

    /// <summary>The stream.</summary>
    public RandomStream Value
    {
        get
        {
            lock (_gate)
            {
                // A new seed numbers all streams anew.
                if (_stream is null || IsReservationOver)
                    _stream = Begin();
                _reservedUnder = null;
                return _stream;
            }
        }
    }

    /// <summary>The position of the stream, or null if it has not begun; what resuming saves.</summary>
    public StreamPlace? Place
    {
        get
        {
            lock (_gate)
                return _stream is null || IsReservationOver ? _restored : _stream.Place;
        }

        set
        {
            lock (_gate)
                (_stream, _restored, _reservedUnder) = (null, value, null);
        }
    }

    private bool IsReservationOver => _reservedUnder is { } version && version != TorchRuntime.SeedVersion;

    /// <summary>Begins the stream now.</summary>
    public void Reserve()
    {
        lock (_gate)
        {
            if (_stream is null)
                (_stream, _reservedUnder) = (Begin(), TorchRuntime.SeedVersion);
        }
    }

    private RandomStream Begin()
    {
        RandomStream stream = begin();
        if (_restored is { } place)
            stream.GoTo(place);
        return stream;
    }
}
