using Xunit.Sdk;
using Xunit.v3;

// Torch's threads and the console belong to the process.
[assembly: Parallelization(Mode = ParallelMode.None)]
