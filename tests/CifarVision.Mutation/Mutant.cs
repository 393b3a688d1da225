namespace CifarVision.Mutation;

/// <summary>A change of one instruction to another of the same length.</summary>
/// <param name="Place">The source file and line, and the method.</param>
/// <param name="Offset">The offset of the changed byte in the file of the library.</param>
/// <param name="Value">The new byte.</param>
/// <param name="Change">The names of the old and the new instruction.</param>
internal sealed record Mutant(string Place, int Offset, byte Value, string Change)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Change}";
}
