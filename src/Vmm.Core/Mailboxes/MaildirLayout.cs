using System.Text;

namespace Vmm;

/// <summary>What a new maildir holds (Maildir++): the root with cur, new and tmp, the same for each folder, and the list of subscriptions.</summary>
/// <param name="Root">Directory name in the home.</param>
/// <param name="Folders">Folder names as they stand on disk, in modified UTF-7, without the leading dot.</param>
/// <param name="Subscribe">Whether a file of subscriptions is written.</param>
public sealed record MaildirLayout(string Root, IReadOnlyList<string> Folders, bool Subscribe)
{
    private const UnixFileMode PrivateFile = (UnixFileMode)0b110_000_000;

    /// <summary>Takes the configured folder names; unusable ones are left out and named in <paramref name="refused"/> (the rules are vmm 0.7's).</summary>
    public static MaildirLayout For(MailLocation location, IEnumerable<string> folders, bool subscribe, out IReadOnlyList<string> refused)
    {
        var names = folders.Select(f => f.Trim()).Where(f => f.Length > 0).Distinct().ToList();
        refused = [.. names.Where(n => !IsUsable(n))];
        return new MaildirLayout(location.Directory, [.. names.Where(IsUsable).Select(ToModifiedUtf7)], subscribe);
    }

    /// <summary>Content of the file <c>subscriptions</c>: one folder a line.</summary>
    internal byte[] Subscriptions => Encoding.ASCII.GetBytes(string.Concat(Folders.Select(f => f + "\n")));

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

    /// <summary>Makes the mailbox in an empty home, and gives the home its owner.</summary>
    internal static void Fill(Folder home, MakeHome step)
    {
        var gid = step.Domain.Gid;
        using (var mailbox = home.Make(step.Layout.Root, step.Uid, gid, step.Mode))
        {
            FillMaildir(mailbox, step);
            foreach (var name in step.Layout.Folders)
            {
                using var folder = mailbox.Make("." + name, step.Uid, gid, step.Mode);
                FillMaildir(folder, step);
                folder.Write("maildirfolder", [], step.Uid, gid, PrivateFile);
            }

            if (step.Layout.Subscribe && step.Layout.Folders.Count > 0)
            {
                mailbox.Write("subscriptions", step.Layout.Subscriptions, step.Uid, gid, PrivateFile);
            }
        }

        home.Own(step.Uid, gid, step.Mode);
    }

    private static void FillMaildir(Folder maildir, MakeHome step)
    {
        foreach (var name in (string[])["cur", "new", "tmp"])
        {
            maildir.Make(name, step.Uid, step.Domain.Gid, step.Mode).Dispose();
        }
    }

    private static bool IsUsable(string name) =>
        !name.Any(char.IsControl) && name[0] is not ('.' or '~') && name[^1] != '.'
        && !name.Contains('/', StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal)
        && !name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
        && ToModifiedUtf7(name).Length <= 250;
}
