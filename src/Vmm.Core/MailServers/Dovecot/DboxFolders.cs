using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// Makes the folders of a new mdbox or sdbox mailbox. Only Dovecot can do
/// that, and only for an account that is already in the database.
/// </summary>
internal static class DboxFolders
{
    /// <summary>
    /// Makes INBOX and the configured folders. A failure is only a warning: Dovecot makes INBOX itself at the first delivery.
    /// </summary>
    internal static void Make(Session s, EmailAddress address)
    {
        string[] create = ["mailbox", "create", "-u", address.ToString()];
        // The rule of vmm 0.7: a dot in a configured name separates folder and sub-folder; mdbox and sdbox use a slash.
        var folders = s.Settings.Folders.Select(f => f.Trim().Replace('.', '/')).Where(f => f.Length > 0).Distinct().ToList();
        string[] subscribe = s.Settings.Value(SettingOptions.MailboxSubscribe) ? ["-s"] : [];
        try
        {
            ChildProgram.Run(s.Settings.Value(SettingOptions.BinDoveadm), [.. create, "--", "INBOX"], s.Ct);
            if (folders.Count > 0)
            {
                ChildProgram.Run(s.Settings.Value(SettingOptions.BinDoveadm), [.. create, .. subscribe, "--", .. folders], s.Ct);
            }
        }
        catch (VmmException e)
        {
            s.Warn($"the account is added, but Dovecot did not make its folders: {e.Message}");
        }
    }
}
