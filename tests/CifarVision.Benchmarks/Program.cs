// See docs/performance.md: `peers` holds the library against others, `parts` times its pieces.
using System.Globalization;
using CifarVision.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return BenchmarkCommands.Run(args);
