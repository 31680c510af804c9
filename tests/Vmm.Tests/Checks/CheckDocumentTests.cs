using System.Reflection;
using System.Text.RegularExpressions;

namespace Vmm.Tests.Checks;

/// <summary>docs/check.md lists every code, and none besides.</summary>
public partial class CheckDocumentTests
{
    [Fact]
    public void the_document_has_every_code()
    {
        var codes = from type in typeof(Finding).Assembly.GetTypes()
                    where type == typeof(HealthCheck) || (type.Name.EndsWith("Check", StringComparison.Ordinal) && type.Namespace == "Vmm" && type != typeof(LastCheck))
                    from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                    where field.IsLiteral && field.FieldType == typeof(string)
                    let value = (string)field.GetRawConstantValue()!
                    where Code().IsMatch(value)
                    select value;
        var documented = File.ReadLines(Repository.PathOf("docs", "check.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('`')[1]);
        Assert.Equal(codes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex Code();
}
