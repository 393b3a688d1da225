// Seeds and torch's thread count belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
