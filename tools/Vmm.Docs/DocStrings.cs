using System.Reflection;
using System.Xml.Linq;

namespace Vmm.Docs;

/// <summary>The docstrings, from the files that the compiler puts beside the assemblies.</summary>
internal static class DocStrings
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Files = [];

    /// <summary>What is written about a field of an enum.</summary>
    internal static string OfField(Type type, string name) => Line(Member(type, $"F:{type.FullName}.{name}")?.Element("summary"));

    /// <summary>What is written about a property, or about the parameter of the record that it comes from.</summary>
    internal static string OfProperty(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var own = Line(Member(type, $"P:{type.FullName}.{property.Name}")?.Element("summary"));
        return own.Length > 0
            ? own
            : Line(Member(type, $"T:{type.FullName}")?.Elements("param")
                .FirstOrDefault(p => p.Attribute("name")?.Value == property.Name));
    }

    private static XElement? Member(Type type, string name)
    {
        if (!Files.TryGetValue(type.Assembly, out var members))
        {
            var document = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"));
            Files[type.Assembly] = members = document.Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
        }

        return members.GetValueOrDefault(name);
    }

    private static string Text(XNode node) =>
        node is XElement e ? e.Attribute("cref")?.Value.Split('.')[^1] ?? $"`{e.Value}`" : ((XText)node).Value;

    /// <summary>One line; code in backticks, references by their name.</summary>
    private static string Line(XElement? element) => element is null ? "" : string.Join(
        ' ',
        string.Concat(element.Nodes().Select(Text))
            .Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
