using System.Reflection;
using System.Text.RegularExpressions;

namespace Vmm.Tests.House;

/// <summary>
/// Every option has its typed key, every key its option, and no other place has its name as a text that could be wrong.
/// </summary>
public static partial class SettingKeyTests
{
    [Fact]
    public static void every_option_is_a_property_with_its_name_and_type()
    {
        var properties = typeof(SettingOptions)
            .GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(p => typeof(SettingOption).IsAssignableFrom(p.PropertyType))
            .ToList();
        Assert.Equal(SettingOptions.All, properties.Select(p => (SettingOption)p.GetValue(null)!));
        Assert.All(properties, p => Assert.Equal(p.Name, Pascal(((SettingOption)p.GetValue(null)!).Key)));
        Assert.All(properties, p =>
            Assert.Equal(TypeOf(((SettingOption)p.GetValue(null)!).Kind), p.PropertyType.GetGenericArguments().Single())
        );
        Assert.Equal(SettingOptions.All.Count, SettingOptions.All.Select(o => o.Key).Distinct().Count());
    }

    [Fact]
    public static void a_text_that_names_an_option_names_one_that_exists()
    {
        var keys = SettingOptions.All.Select(o => o.Key).ToHashSet();
        var named = Source
            .Code.SelectMany(f => f.Lines.SelectMany(l => Named().Matches(l).Select(m => (f.Path, Key: m.Groups[1].Value))))
            .ToList();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, n => SettingOptions.Sections.Contains(n.Key.Split('.')[0]) && !keys.Contains(n.Key));
    }

    [Fact]
    public static void settings_are_asked_by_key() =>
        Assert.Empty(Source.Code.SelectMany(f => f.Lines.Where(l => ByName().IsMatch(l))));

    private static string Pascal(string key) =>
        string.Concat(key.Split('.', '_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    private static Type TypeOf(SettingKind kind) => kind switch
    {
        SettingKind.Boolean => typeof(bool),
        SettingKind.Number or SettingKind.Size or SettingKind.Mode => typeof(long),
        SettingKind.Folders => typeof(string[]),
        _ => typeof(string),
    };

    [GeneratedRegex("\"([a-z]+\\.[a-z0-9_]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("[sS]ettings\\.(Text|Flag|Number|Value)\\(\"")]
    private static partial Regex ByName();
}
