using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vmm.Data.Values;

/// <summary>The words of an enum in output and in JSON: its names in lower case, with hyphens between their parts.</summary>
public static class EnumWords
{
    /// <summary>MissingMx is missing-mx.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>The value of a word, which is one.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static T Read<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().First(value => Of(value) == word);
}

/// <summary>Writes and reads an enum as <see cref="EnumWords"/> has it. Generic, so that Native AOT needs no reflection.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class EnumWordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
