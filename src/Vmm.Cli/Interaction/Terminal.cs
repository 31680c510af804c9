using System.Globalization;
using System.Text;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>
/// Everything that people and scripts see. Results go to standard output, the rest to standard error. The rules of messages: one
/// line,
/// <c>vmm: error:</c>, <c>vmm: warning:</c> or <c>vmm: hint:</c> before it; errors and warnings in lower case without a final stop,
/// naming the thing;
/// hints are sentences that say what to do next. No control or bidi character of a value reaches the terminal.
/// </summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>Large enough for lists, small enough to cost nothing where a line is printed.</summary>
    private const int BufferChars = 16 * 1024;

    private readonly StandardStreams streams;

    internal Terminal(StandardStreams streams)
    {
        this.streams = streams;
        Out = new StreamWriter(new ResultStream(Console.OpenStandardOutput()), new UTF8Encoding(false), BufferChars);
        var error = streams.Error ? Console.OpenStandardError() : Stream.Null;
        Error = new StreamWriter(new MessageStream(error), new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <summary>Standard output, flushed at the end.</summary>
    internal TextWriter Out { get; }

    /// <summary>Standard error. Writing to it never fails: the exit status is enough if it is closed.</summary>
    internal TextWriter Error { get; }

    /// <summary>A command whose result cannot be printed must not run.</summary>
    /// <exception cref="VmmException">83.</exception>
    internal void RequireOutput()
    {
        if (!streams.Output)
        {
            throw new VmmException(
                ErrorCode.OutputFailed,
                "standard output is closed",
                "Nothing was done. Send it to /dev/null if you do not need it.");
        }
    }

    /// <summary>Whatever has the number of a closed standard input is not meant for vmm.</summary>
    /// <exception cref="VmmException">69.</exception>
    internal void RequireInput()
    {
        if (!streams.Input)
        {
            throw new VmmException(
                ErrorCode.MissingPassword,
                "standard input is closed",
                "Pass the password on standard input, or with --password-file.");
        }
    }

    /// <summary>Text with line ends and tabs of its own; values in it are cleaned.</summary>
    internal void Print(string text) => Out.Write(Clean(text, keepLayout: true));

    /// <summary>
    /// Whether a line on standard error may be drawn again: a terminal, unless plain text was asked for (no-color.org).
    /// </summary>
    internal bool CanRedraw => !IsQuiet && !Console.IsErrorRedirected && !WantsPlainText;

    /// <summary>
    /// In characters, where results go to a terminal; null for a file or a pipe, and where plain text was asked for.
    /// </summary>
    internal static int? Width => WantsPlainText ? null : StandardStreams.OutputWidth();

    /// <summary>Whether the locale has more than ASCII. All streams are UTF-8, but an old terminal is not.</summary>
    internal static bool IsUtf8
    {
        get
        {
            var locale = ((string[])["LC_ALL", "LC_CTYPE", "LANG"]).Select(Environment.GetEnvironmentVariable)
                .FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "";
            return locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static bool WantsPlainText => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether warnings and progress are suppressed.</summary>
    internal bool IsQuiet { get; set; }

    /// <summary>Whether what is used and done is printed.</summary>
    internal bool IsVerbose { get; set; }

    /// <summary>Only with --verbose.</summary>
    internal void Detail(string text)
    {
        if (IsVerbose)
        {
            Complain($"vmm: {Clean(text, keepLayout: false)}");
        }
    }

    /// <summary>What is about to be done.</summary>
    internal void Note(string text)
    {
        if (!IsQuiet)
        {
            Complain($"vmm: {Clean(text, keepLayout: false)}");
        }
    }

    internal void Warn(string text)
    {
        if (!IsQuiet)
        {
            Complain($"vmm: warning: {Clean(text, keepLayout: false)}");
        }
    }

    /// <summary>One after the other.</summary>
    internal void WarnOf(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Warn(text);
        }
    }

    internal void Fail(VmmException e) => Complain("error", e);

    /// <summary>An error that does not end the command: it is asked again.</summary>
    internal void Warn(VmmException e) => Complain("warning", e);

    private void Complain(string what, VmmException e)
    {
        Complain($"vmm: {what}: {Clean(e.Message, keepLayout: false)}");
        if (e.Hint is not null)
        {
            Complain($"vmm: hint: {Clean(e.Hint, keepLayout: false)}");
        }

        foreach (var other in e.Others)
        {
            Fail(other);
        }
    }

    /// <summary>Sends out what is left.</summary>
    /// <returns>False when standard output did not accept it; the error has been printed.</returns>
    internal bool Flush()
    {
        try
        {
            Out.Flush();
            return true;
        }
        catch (VmmException e)
        {
            Fail(e);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Not disposing Out: what is left there has been refused already, and disposing would try it again.
        Error.Dispose();
    }

    /// <summary>Makes control characters and marks that reverse the direction of text visible.</summary>
    internal static string Clean(string text, bool keepLayout) => text.All(c => IsHarmless(c, keepLayout))
        ? text
        : string.Concat(text.Select(c => IsHarmless(c, keepLayout) ? c.ToString() : $"\\u{(int)c:x4}"));

    private static bool IsHarmless(char c, bool keepLayout) =>
        (keepLayout && c is '\n' or '\t')
        || (!char.IsControl(c) && (c < 0x80 || char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private void Complain(string line) => Error.WriteLine(line);
}
