using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// The directory of one change in the trash of one base directory, from its making before the commit until the mail is in it. It
/// is locked all the time, so that 'vmm check' takes what is in between for work in progress.
/// </summary>
internal sealed class TrashDeposit : IDisposable
{
    private readonly List<TrashItem> items = [];
    private readonly Folder trash;
    private readonly string name;
    private readonly bool isFirst;

    /// <exception cref="VmmException">56, 81, 84.</exception>
    internal TrashDeposit(string baseDirectory, long change)
    {
        BaseDirectory = baseDirectory;
        isFirst = !System.IO.Directory.Exists($"{baseDirectory}/{TrashFolder.Name}");
        trash = TrashFolder.Open(baseDirectory, create: true)!;
        try
        {
            // The same number again is that of another database, or of one that was restored.
            name = trash.FactsOf($"{change}") is null ? $"{change}" : MailStore.TemporaryName("", $"{change}");
            Entry = trash.Make(name, MailStore.Private);
        }
        catch
        {
            trash.Dispose();
            throw;
        }

        Entry.Lock();
    }

    /// <summary>Whose trash it is in.</summary>
    internal string BaseDirectory { get; }

    /// <summary>The directory of the change.</summary>
    internal Folder Entry { get; }

    /// <summary>Absolute path of the directory of the change.</summary>
    internal string Path => Entry.Path;

    /// <summary>Whether nothing is to be moved here.</summary>
    internal bool IsEmpty => items.Count == 0;

    /// <summary>Keeps the passwords of accounts, before their rows go.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void KeepPasswords(IEnumerable<KeptPassword> passwords) => Entry.WriteLines(
        TrashFolder.PasswordsName, passwords.Select(p => $"{p.Uid}\t{p.Changed}\t{p.Hash}"), TrashFolder.FileMode);

    /// <summary>Keeps the change and what it deleted, after the rows are gone: JSON objects.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void KeepRows(IEnumerable<string> rows) =>
        Entry.WriteLines(TrashFolder.ManifestName, rows, TrashFolder.FileMode);

    /// <summary>Adds what is to be moved here after the commit.</summary>
    internal void Expect(TrashItem item) => items.Add(item);

    /// <summary>Writes the list, which is to be durable before the commit.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Announce()
    {
        if (Entry.FactsOf(TrashFolder.ItemsName) is null)
        {
            Entry.WriteLines(TrashFolder.ItemsName, items.Select(i => i.Line), TrashFolder.FileMode);
        }
    }

    /// <summary>Takes it back: the rows are not gone.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Discard()
    {
        TreeRemoval.Run(trash, name, CancellationToken.None);
        if (isFirst)
        {
            using var root = Folder.OpenBase(BaseDirectory);
            root.TryRemoveDirectory(TrashFolder.Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Entry.Dispose();
        trash.Dispose();
    }
}
