using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>What can go wrong when the programs and files of Postfix and Dovecot are asked.</summary>
internal static class MailServerFaults
{
    /// <summary>Whatever goes wrong with their programs and files is handed on instead of an answer.</summary>
    internal static T? Try<T>(Func<T> look, Action<VmmException> otherwise)
        where T : class
    {
        try
        {
            return look();
        }
        catch (VmmException e)
            when (e.Code
                    is ErrorCode.NotExecutable
                        or ErrorCode.NoSuchBinary
                        or ErrorCode.VmmError
                        or ErrorCode.FileSystem
                        or ErrorCode.MailVersionUnsupported
                        or ErrorCode.RolePasswordUnknown
            )
        {
            otherwise(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            otherwise(new VmmException(ErrorCode.FileSystem, e.Message.TrimEnd('.')));
        }

        return null;
    }
}
