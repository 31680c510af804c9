namespace Vmm.Core.Configuration;

/// <summary>What a value of the configuration may be.</summary>
public enum SettingKind
{
    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A whole number within the option's range.</summary>
    Number,

    /// <summary>A number of bytes, or text such as "500M".</summary>
    Size,

    /// <summary>Octal permission bits as text, such as "0770".</summary>
    Mode,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>Text that is never printed.</summary>
    Secret,

    /// <summary>An absolute path.</summary>
    Path,

    /// <summary>An IP address, or one with a port as in 127.0.0.1:53 and [::1]:53.</summary>
    Server,

    /// <summary>A password scheme, with an optional encoding.</summary>
    Scheme,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>An array of mail folder names.</summary>
    Folders,
}
