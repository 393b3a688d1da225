using Xunit.Sdk;
using Xunit.v3;

// Seeds and torch's thread count belong to the process.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(CifarVision.Tests.Testing.GoldenLedger))]
[assembly: CifarVision.Tests.Testing.GoldenOutcome]
