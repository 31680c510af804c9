using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vmm.Tests.OldConfiguration;

/// <summary>Asks Python, and Debian's vmm 0.7, about many texts at once.</summary>
internal static class PythonConfig
{
    private static readonly string Script = Repository.PathOf("tests", "Vmm.Tests", "OldConfiguration", "python_config.py");

    /// <summary>An answer to each question; null where Python refuses.</summary>
    public static IReadOnlyList<JsonNode?> Ask(string about, IEnumerable<JsonNode> questions)
    {
        var input = new JsonArray([.. questions]).ToJsonString(
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default }
        );
        var answer = Run.ProgramAsync("/usr/bin/python3", [Script, about], input).GetAwaiter().GetResult().Succeeded();
        return [.. JsonNode.Parse(answer)!.AsArray()];
    }
}
