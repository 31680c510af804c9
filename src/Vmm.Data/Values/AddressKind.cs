using System.Text.Json.Serialization;

namespace Vmm.Data.Values;

/// <summary>What an address can be.</summary>
[JsonConverter(typeof(EnumWordConverter<AddressKind>))]
public enum AddressKind
{
    /// <summary>A mailbox.</summary>
    Account,

    /// <summary>One or more other addresses.</summary>
    Alias,

    /// <summary>A user who has moved to another address.</summary>
    Relocated,
}

/// <summary>The words by which the database, the output and old scripts know the kinds.</summary>
public static class AddressKinds
{
    /// <summary>account, alias or relocated.</summary>
    public static string Word(this AddressKind kind) => EnumWords.Of(kind);

    /// <summary>The words of all of them.</summary>
    internal static IEnumerable<string> Words => Enum.GetValues<AddressKind>().Select(Word);

    /// <summary>The kind with this word; null for any other word, and for none.</summary>
    internal static AddressKind? Find(string? word) =>
        word switch
        {
            "account" => AddressKind.Account,
            "alias" => AddressKind.Alias,
            "relocated" => AddressKind.Relocated,
            _ => null,
        };

    /// <summary>The kind that the database names.</summary>
    internal static AddressKind Stored(string word) =>
        Find(word) ?? throw new InvalidOperationException($"no kind of address: {word}");
}
