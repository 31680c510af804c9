using System.Globalization;
using Vmm.Core.Unix;
using Vmm.Data.Values;

namespace Vmm.Core.Log;

/// <summary>The person in front of vmm, for the log and the journal.</summary>
public static class Administrator
{
    /// <summary>Longer lines, such as that of an alias with hundreds of destinations, are cut.</summary>
    private const int LongestLine = 1000;

    private const string LoginUidFile = "/proc/self/loginuid";

    /// <summary>The user who called sudo, else the user of the process.</summary>
    internal static string Login => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : UserName();

    /// <summary>The author of what this command does.</summary>
    /// <param name="words">The command line without secrets.</param>
    public static Author Author(IEnumerable<string> words)
    {
        var line = string.Join(' ', words.Select(FileName.Quote));
        return new Author(
            Login, LoginUid(), Environment.MachineName, line.Length <= LongestLine ? line : $"{line[..LongestLine]} ...");
    }

    private static string UserName()
    {
        try
        {
            return Environment.UserName;
        }
        catch (IOException)
        {
            // Without /etc there are no names; vmm runs as root only.
            return "uid 0";
        }
    }

    /// <summary>From proc(5). uint.MaxValue is for processes that no login started.</summary>
    private static long? LoginUid()
    {
        try
        {
            var text = File.ReadAllText(LoginUidFile);
            return uint.TryParse(text, CultureInfo.InvariantCulture, out var uid) && uid != uint.MaxValue ? uid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
