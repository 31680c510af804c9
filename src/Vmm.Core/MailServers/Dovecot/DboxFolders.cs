using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Values;




namespace Vmm.Core.MailServers.Dovecot;

/// <summary>The folders of a new mdbox or sdbox mailbox. Only Dovecot can make them, and only for an account that it can already find.</summary>
internal static class DboxFolders
{
    /// <summary>Asks Dovecot for INBOX and the configured folders. What fails is a warning: Dovecot makes INBOX by itself at the first delivery.</summary>
    internal static void Make(Session s, EmailAddress address)
    {
        string[] create = ["mailbox", "create", "-u", address.ToString()];
        // vmm 0.7's rule: a dot in a configured name leads to a sub-folder; mdbox and sdbox write it as a slash.
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
