using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CifarVision.Mutation;

/// <summary>Finds the instructions of a namespace that have an opposite of the same length: conditions, comparisons, arithmetic, 0 and 1.</summary>
internal static class Mutants
{
    private const byte TwoBytes = 0xFE;

    // What the compiler adds to records and enumerators.
    private static readonly string[] Generated = ["Equals", "GetHashCode", "PrintMembers", "ToString", "op_Equality", "op_Inequality", "Dispose", "System."];

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields().Where(field => field.FieldType == typeof(OpCode))
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly Dictionary<OpCode, OpCode> Opposites = new (OpCode, OpCode)[]
    {
        (OpCodes.Brtrue_S, OpCodes.Brfalse_S), (OpCodes.Brtrue, OpCodes.Brfalse), (OpCodes.Blt_S, OpCodes.Bge_S), (OpCodes.Blt, OpCodes.Bge), (OpCodes.Bgt_S, OpCodes.Ble_S),
        (OpCodes.Bgt, OpCodes.Ble), (OpCodes.Beq_S, OpCodes.Bne_Un_S), (OpCodes.Beq, OpCodes.Bne_Un), (OpCodes.Clt, OpCodes.Cgt), (OpCodes.Add, OpCodes.Sub), (OpCodes.Mul, OpCodes.Div),
        (OpCodes.Ldc_I4_0, OpCodes.Ldc_I4_1), (OpCodes.And, OpCodes.Or),
    }.SelectMany(pair => new[] { pair, (pair.Item2, pair.Item1) }).ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>Returns all mutants of a namespace.</summary>
    /// <param name="path">The library; its symbols lie beside it.</param>
    /// <param name="space">The namespace.</param>
    public static IEnumerable<Mutant> Find(string path, string space)
    {
        using var file = new PEReader(File.ReadAllBytes(path).ToImmutableArray());
        using MetadataReaderProvider symbols = MetadataReaderProvider.FromPortablePdbImage(File.ReadAllBytes(Path.ChangeExtension(path, ".pdb")).ToImmutableArray());
        MetadataReader metadata = file.GetMetadataReader();
        MetadataReader lines = symbols.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            string name = metadata.GetString(method.Name);
            if (method.RelativeVirtualAddress == 0 || !SpaceOf(metadata, method).StartsWith(space, StringComparison.Ordinal) || Generated.Any(word => name.StartsWith(word, StringComparison.Ordinal)))
                continue;
            SequencePoint[] points = [.. lines.GetMethodDebugInformation(handle).GetSequencePoints()];
            int start = Start(file, method.RelativeVirtualAddress);
            byte[] il = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
            foreach ((int at, OpCode code) in Instructions(il))
            {
                SequencePoint point = points.LastOrDefault(one => one.Offset <= at);
                if (!Opposites.TryGetValue(code, out OpCode opposite) || point.Document.IsNil || point.IsHidden)
                    continue;
                string source = Path.GetFileName(lines.GetString(lines.GetDocument(point.Document).Name));
                yield return new Mutant($"{source}:{point.StartLine} {name}", start + at + code.Size - 1, (byte)opposite.Value, $"{code.Name} to {opposite.Name}");
            }
        }
    }

    private static IEnumerable<(int At, OpCode Code)> Instructions(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            OpCode code = OpCodesByValue[il[at] == TwoBytes ? (short)((TwoBytes << 8) | il[at + 1]) : il[at]];
            yield return (at, code);
            at += code.Size;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    // The namespace of a nested type is that of the outermost.
    private static string SpaceOf(MetadataReader metadata, MethodDefinition method)
    {
        TypeDefinition type = metadata.GetTypeDefinition(method.GetDeclaringType());
        while (!type.GetDeclaringType().IsNil)
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return metadata.GetString(type.Namespace);
    }

    // A method has a header of 1 byte if its lowest two bits are 2, else of 12.
    private static int Start(PEReader file, int address)
    {
        SectionHeader section = file.PEHeaders.SectionHeaders[file.PEHeaders.GetContainingSectionIndex(address)];
        int header = section.PointerToRawData + (address - section.VirtualAddress);
        return header + ((file.GetEntireImage().GetContent(header, 1)[0] & 3) == 2 ? 1 : 12);
    }
}
