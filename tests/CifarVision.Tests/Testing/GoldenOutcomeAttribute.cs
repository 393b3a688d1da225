using System.Reflection;
using Xunit.v3;

namespace CifarVision.Tests.Testing;

/// <summary>Tells the ledger of golden cases, after each test, whether it passed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class GoldenOutcomeAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => GoldenLedger.Begin();

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => GoldenLedger.End(TestContext.Current.TestState?.Result == TestResult.Passed);
}
