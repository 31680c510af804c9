using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Core.Administration;

/// <summary>Reads the lines of a file for <see cref="Bulk{T}"/>, and reports the wrong ones together.</summary>
public static class BulkFile
{
    /// <summary>At most this many wrong lines are reported; the rest is counted.</summary>
    private const int MaxErrors = 100;

    /// <summary>Reads lines.</summary>
    /// <exception cref="VmmException">The first error, which contains the others; 44 not UTF-8.</exception>
    public static Bulk<T> Read<T>(Stream content, string source, Func<string[], T> parse)
    {
        var lines = new List<BulkLine<T>>();
        var errors = new List<VmmException>();
        var number = 0;
        foreach (var line in Text(content, source))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var fields = line.Split('\t');
            try
            {
                lines.Add(new BulkLine<T>(number, parse(fields)));
            }
            catch (VmmException e)
            {
                errors.Add(At(source, number, OtherSeparator(fields[0]) ?? e));
            }
        }

        Require(errors);
        return new Bulk<T>(source, lines);
    }

    /// <summary>Throws the errors as one, if there are any.</summary>
    internal static void Require(List<VmmException> errors)
    {
        var more = errors.Count - MaxErrors;
        if (errors.Count > 0)
        {
            throw new VmmException(errors[0].Code, errors[0].Message, errors[0].Hint)
            {
                Others =
                [
                    .. errors.Skip(1).Take(MaxErrors - 1),
                    .. more > 0
                        ? [new VmmException(errors[0].Code, more == 1 ? "one more line is wrong" : $"{more} more lines are wrong")]
                        : (VmmException[])[],
                    new VmmException(errors[0].Code, "nothing was added", "Correct these lines and run the command again."),
                ],
            };
        }
    }

    internal static VmmException At(string source, int number, VmmException e) =>
        new(e.Code, $"{source}, line {number}: {e.Message}", e.Hint);

    /// <summary>
    /// The error for a line in which something else than a tab ends the first field. Its text is not quoted: there may be a
    /// password in it.
    /// </summary>
    private static VmmException? OtherSeparator(string first) =>
        first.AsSpan().IndexOfAny(",;| ") is >= 0 and var at
            ? Errors.InvalidArgument(
                $"the fields of a line are separated by tabs, and the first one has a {Name(first[at])} in it",
                "Save the file as tab-separated values (TSV), without quotes.")
            : null;

    private static string Name(char separator) => separator == ' ' ? "blank" : $"'{separator}'";

    private static IEnumerable<string> Text(Stream content, string source)
    {
        using var reader = new StreamReader(content, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (var number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                throw new VmmException(
                    ErrorCode.InvalidArgument,
                    $"{source}, at line {number} or after it: this is not valid UTF-8",
                    "Save the file in the encoding UTF-8.",
                    e);
            }

            if (line is null)
            {
                yield break;
            }

            yield return line;
        }
    }
}
