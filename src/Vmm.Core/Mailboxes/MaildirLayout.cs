using System.Text;
using Vmm.Data.Values;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// What a new mailbox holds. A maildir (Maildir++): the root with cur, new and tmp, the same for each folder, and the list of
/// subscriptions. mdbox and sdbox: the root only, since their files are Dovecot's.
/// </summary>
public sealed class MaildirLayout
{
    /// <summary>Directories one below the other, from the home down: the root, a folder, new.</summary>
    internal const int Depth = 3;

    private const string FolderFile = "maildirfolder";
    private const string SubscriptionsFile = "subscriptions";
    private static readonly string[] Parts = ["cur", "new", "tmp"];

    private MaildirLayout(string root, IReadOnlyList<string> folders, bool subscribe)
    {
        Root = root;
        Folders = folders;
        Directories = [root, .. Maildir(root), .. folders.SelectMany(f => Maildir($"{root}/.{f}").Prepend($"{root}/.{f}"))];
        Files = [.. folders.Select(f => ($"{root}/.{f}/{FolderFile}", Array.Empty<byte>()))];
        if (subscribe && folders.Count > 0)
        {
            var subscriptions = string.Concat(folders.Select(f => f + "\n"));
            Files = [.. Files, ($"{root}/{SubscriptionsFile}", Encoding.ASCII.GetBytes(subscriptions))];
        }
    }

    private MaildirLayout(string root)
    {
        Root = root;
        Folders = [];
        Directories = [root];
        Files = [];
        IsBare = true;
    }

    /// <summary>Folder names as they stand on disk, in modified UTF-7, without the leading dot.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Name of the mailbox in the home.</summary>
    internal string Root { get; }

    /// <summary>Whether Dovecot has to make the folders.</summary>
    public bool IsBare { get; }

    /// <summary>All directories below the home, parents first.</summary>
    internal IReadOnlyList<string> Directories { get; }

    /// <summary>Whether a new mailbox can have a file of this name.</summary>
    internal static bool IsOwnFile(string name) => name is FolderFile or SubscriptionsFile;

    /// <summary>All files below the home.</summary>
    internal IReadOnlyList<(string Path, byte[] Content)> Files { get; }

    /// <summary>
    /// Takes the configured folder names; unusable ones are left out and named in <paramref name="refused"/> (the rules are vmm
    /// 0.7's).
    /// </summary>
    public static MaildirLayout For(
        MailLocation location, IEnumerable<string> folders, bool subscribe, out IReadOnlyList<string> refused)
    {
        var names = folders.Select(f => f.Trim()).Where(f => f.Length > 0).Distinct().ToList();
        refused = [.. names.Where(n => !IsUsable(n))];
        return location.Format == "maildir"
            ? new MaildirLayout(location.Directory, [.. names.Where(IsUsable).Select(ToModifiedUtf7)], subscribe)
            : new MaildirLayout(location.Directory);
    }

    /// <summary>Mailbox names outside ASCII, as IMAP and Maildir++ write them (RFC 3501 section 5.1.3).</summary>
    internal static string ToModifiedUtf7(string name)
    {
        var result = new StringBuilder();
        var shifted = new StringBuilder();
        foreach (var c in name.Append('\0'))
        {
            var direct = c is >= ' ' and <= '~' or '\0';
            if (!direct)
            {
                shifted.Append(c);
                continue;
            }

            if (shifted.Length > 0)
            {
                var base64 = Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(shifted.ToString()));
                result.Append('&').Append(base64.TrimEnd('=').Replace('/', ',')).Append('-');
                shifted.Clear();
            }

            result.Append(c switch { '\0' => "", '&' => "&-", _ => c.ToString() });
        }

        return result.ToString();
    }

    private static IEnumerable<string> Maildir(string path) => Parts.Select(p => $"{path}/{p}");

    private static bool IsUsable(string name) =>
        !name.Any(char.IsControl) && name[0] is not ('.' or '~') && name[^1] != '.'
        && !name.Contains('/', StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal)
        && !name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
        && ToModifiedUtf7(name).Length <= 250;
}
