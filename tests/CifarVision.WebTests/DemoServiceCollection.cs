namespace CifarVision.WebTests;

/// <summary>One service, and one training, for all classes that test it.</summary>
[CollectionDefinition]
public sealed class DemoServiceCollection : ICollectionFixture<DemoService>;
