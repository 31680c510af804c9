using System.Globalization;
using System.Text.Json;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Administration;

/// <summary>What the directory of a change in the trash tells beside its mail.</summary>
internal static class TrashContents
{
    private const int Version = 1;

    /// <summary>The change; null where there is no manifest.</summary>
    /// <exception cref="VmmException">81, also when it is damaged.</exception>
    internal static TrashHeader? Header(Folder entry)
    {
        if (entry.ReadLines(TrashFolder.ManifestName) is not { } lines)
        {
            return null;
        }

        return Guard(entry, TrashFolder.ManifestName, lines.FirstOrDefault() ?? "", line =>
        {
            using var document = JsonDocument.Parse(line);
            var h = document.RootElement;
            var header = new TrashHeader(
                h.GetProperty("version").GetInt32(),
                h.GetProperty("change").GetInt64(),
                h.GetProperty("at").GetString()!,
                h.GetProperty("by").GetString()!,
                h.GetProperty("command").GetString(),
                h.GetProperty("object").GetString() ?? "-",
                h.GetProperty("domains").GetInt64(),
                h.GetProperty("accounts").GetInt64());
            _ = At(header);
            return header.Version == Version ? header : throw new FormatException();
        });
    }

    /// <summary>When the change began, UTC.</summary>
    internal static DateTime At(TrashHeader header) =>
        DateTimeOffset.Parse(header.At, CultureInfo.InvariantCulture).UtcDateTime;

    /// <summary>What was deleted.</summary>
    /// <exception cref="VmmException">81, also when it is damaged.</exception>
    internal static IEnumerable<JournalEntry> Entries(TrashChange change) => Objects(change).Select(o => o.Entry);

    /// <summary>The same as lines of JSON.</summary>
    /// <exception cref="VmmException">81, also when it is damaged.</exception>
    internal static IEnumerable<string> Rows(TrashChange change) => Objects(change).Select(o => o.Line);

    /// <summary>The hashes of the accounts.</summary>
    /// <exception cref="VmmException">81, also when it is damaged.</exception>
    internal static IEnumerable<KeptPassword> Passwords(TrashChange change) =>
        Read(change, TrashFolder.PasswordsName, skip: 0, line => line.Split('\t', 3) is [var uid, var changed, var hash]
            && (changed.Length == 0 || DateTimeOffset.TryParse(changed, CultureInfo.InvariantCulture, out _))
            ? new KeptPassword(StagedHomes.Number(uid), hash, changed)
            : throw new FormatException());

    /// <summary>
    /// The uid of a deleted account; null where the change deleted none of that address, nor one of the same name in the domain
    /// with this gid, which may have had another name.
    /// </summary>
    /// <exception cref="VmmException">81, also when it is damaged.</exception>
    internal static long? Uid(TrashChange change, string address, long? gid) => Objects(change)
        .FirstOrDefault(o => o.Entry is { Kind: "account", After: null }
            && (o.Entry.Object == address || (o.Gid == gid && Undo.LocalPart(o.Entry.Object) == Undo.LocalPart(address))))
        .Entry?.Uid;

    // The first line is about the change.
    private static IEnumerable<(string Line, long? Gid, JournalEntry Entry)> Objects(TrashChange change) =>
        Read(change, TrashFolder.ManifestName, skip: 1, Object);

    private static IEnumerable<T> Read<T>(TrashChange change, string name, int skip, Func<string, T> read)
    {
        using var trash = TrashFolder.Open(change.Parts[0].BaseDirectory, create: false);
        using var entry = trash?.TryOpen(change.Parts[0].Entry);
        foreach (var line in entry?.ReadLines(name)?.Skip(skip) ?? [])
        {
            yield return Guard(entry!, name, line, read);
        }
    }

    private static T Guard<T>(Folder entry, string name, string line, Func<string, T> read)
    {
        try
        {
            return read(line);
        }
        catch (Exception e) when (TrashErrors.IsDamage(e))
        {
            throw TrashErrors.Damaged(entry.Join(name), e);
        }
    }

    private static (string Line, long? Gid, JournalEntry Entry) Object(string line)
    {
        using var document = JsonDocument.Parse(line);
        var e = document.RootElement;
        var gid = e.GetProperty("gid");
        return (line, gid.ValueKind == JsonValueKind.Null ? null : gid.GetInt64(), Journal.Read(new JournalRow(
            e.GetProperty("kind").GetString()!,
            e.GetProperty("number").GetInt64(),
            e.GetProperty("domain").GetString(),
            e.GetProperty("local_part").GetString(),
            e.GetProperty("was").GetString(),
            Text(e.GetProperty("before")),
            Text(e.GetProperty("after")),
            e.GetProperty("password_changed").GetBoolean())));

        static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetRawText();
    }
}
