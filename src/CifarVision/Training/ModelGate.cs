using System.Diagnostics.CodeAnalysis;

namespace CifarVision.Training;

/// <summary>
/// Which operations of a model may overlap. Predictions run beside each other and beside a Fit or an Evaluate, of which there is one at a time. What
/// replaces weights or layers runs alone: it waits for predictions and evaluations, and is refused during a Fit.
/// </summary>
/// <param name="kind">The model's class, for messages.</param>
[SuppressMessage("Design", "CA1001", Justification = "Another thread may be waiting for the lock when the model is disposed; it holds nothing native until then.")]
internal sealed class ModelGate(string kind)
{
    private const int MillisecondsBetweenLooks = 20;

    private readonly Lock _figures = new();

    private readonly ReaderWriterLockSlim _uses = new(LockRecursionPolicy.SupportsRecursion);
    private volatile bool _isFitting;
    private volatile bool _isDisposed;

    /// <summary>Whether Fit is running on another thread.</summary>
    public bool IsFittingElsewhere => _isFitting && !_figures.IsHeldByCurrentThread;

    /// <summary>Enters a prediction or another reading use of the weights.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Pass EnterUse()
    {
        _uses.EnterReadLock();
        if (!_isDisposed)
            return new Pass(this, Operation.Use);
        _uses.ExitReadLock();
        throw new ObjectDisposedException(kind, $"{kind}: the model was disposed. Load or create it again.");
    }

    /// <summary>Enters Fit.</summary>
    /// <exception cref="InvalidOperationException">A Fit, or on another thread an Evaluate, is running.</exception>
    public Pass EnterFit()
    {
        Pass use = EnterUse();
        if (!_figures.TryEnter())
        {
            use.Dispose();
            throw new InvalidOperationException($"{kind}: Fit is running on another thread. One model can be fitted by one thread at a time.");
        }

        if (_isFitting)
        {
            _figures.Exit();
            use.Dispose();
            throw new InvalidOperationException($"{kind}: Fit was called by a callback of a running Fit. Start it after the first has returned.");
        }

        _isFitting = true;
        return new Pass(this, Operation.Fit);
    }

    /// <summary>Enters an evaluation or a single step. A callback of a running Fit may evaluate; another thread may not.</summary>
    /// <exception cref="InvalidOperationException">Fit is running on another thread.</exception>
    public Pass EnterEvaluate()
    {
        if (IsFittingElsewhere)
            throw new InvalidOperationException($"{kind}: Evaluate must wait until Fit on another thread has returned. Predict need not.");
        _ = EnterUse();
        _figures.Enter();
        return new Pass(this, Operation.Evaluate);
    }

    /// <summary>Enters a change of weights, which a callback may make.</summary>
    /// <param name="verb">The operation, for messages.</param>
    /// <exception cref="InvalidOperationException">Fit is running on another thread.</exception>
    public Pass EnterWeightChange(string verb) => _uses.IsReadLockHeld ? EnterUse() : EnterChange(verb);

    /// <summary>Enters a change of layers, number formats or the device.</summary>
    /// <param name="verb">The operation, for messages.</param>
    /// <exception cref="InvalidOperationException">Fit is running on another thread, or the caller is a callback.</exception>
    public Pass EnterChange(string verb)
    {
        if (_uses.IsReadLockHeld)
            throw new InvalidOperationException($"{kind}: {verb} was called by a callback of a running Fit, Evaluate or Predict. Call it after that has returned.");
        do
        {
            if (_isFitting)
                throw new InvalidOperationException($"{kind}: {verb} must wait until Fit on another thread has returned.");
        }
        while (!_uses.TryEnterWriteLock(MillisecondsBetweenLooks));
        if (!_isDisposed)
            return new Pass(this, Operation.Change);
        _uses.ExitWriteLock();
        throw new ObjectDisposedException(kind, $"{kind}: the model was disposed. Load or create it again.");
    }

    /// <summary>Runs the only disposal; later ones do nothing.</summary>
    /// <exception cref="InvalidOperationException">Fit is running on another thread, or the caller is a callback.</exception>
    public void Dispose(Action dispose)
    {
        if (_isDisposed)
            return;
        using Pass change = EnterChange(nameof(Dispose));
        _isDisposed = true;
        dispose();
    }

    internal enum Operation
    {
        Use,
        Fit,
        Evaluate,
        Change,
    }

    /// <summary>An operation under way, until it is disposed on the same thread.</summary>
    internal readonly struct Pass : IDisposable
    {
        private readonly ModelGate _gate;
        private readonly Operation _operation;

        internal Pass(ModelGate gate, Operation operation) => (_gate, _operation) = (gate, operation);

        public void Dispose()
        {
            if (_operation == Operation.Fit)
                _gate._isFitting = false;
            if (_operation is Operation.Fit or Operation.Evaluate)
                _gate._figures.Exit();
            if (_operation == Operation.Change)
                _gate._uses.ExitWriteLock();
            else
                _gate._uses.ExitReadLock();
        }
    }
}
