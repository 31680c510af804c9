using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailConfiguration;

/// <summary>Compares two texts as diff(1) does.</summary>
internal static class TextDifference
{
    private const string Diff = "/usr/bin/diff";

    /// <summary>The lines of <c>diff -u</c>; empty without a difference.</summary>
    /// <param name="path">Path of the file that is compared, for the headings.</param>
    /// <param name="present">Its text.</param>
    /// <param name="wanted">The text that it should have.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 diff cannot be used; 81.</exception>
    internal static string Show(string path, string present, string wanted, CancellationToken ct)
    {
        var place = FileWriting.MakeTemporaryDirectory("vmm-diff-");
        var (old, @new) = (place + "/installed", place + "/wanted");
        try
        {
            FileWriting.Do(() => File.WriteAllText(old, present));
            FileWriting.Do(() => File.WriteAllText(@new, wanted));
            // 1 means that there is a difference (diff(1)).
            var answer = ChildProgram.Ask(Diff, ["-u", "--label", path, "--label", $"{path} (vmm)", old, @new], ct);
            return answer.Status is 0 or 1 ? answer.Output : throw ChildProgram.Failed(Diff, answer);
        }
        finally
        {
            File.Delete(old);
            File.Delete(@new);
            Directory.Delete(place);
        }
    }
}
