using System.Text;

namespace Vmm.Tests.Predecessor;

/// <summary>Words as a shell would split them: blanks divide, quotes hold together, <c> # </c> begins a remark.</summary>
internal static class CommandLine
{
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var c in line)
        {
            if (quote == '\0' ? c is '\'' or '"' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                word ??= new StringBuilder();
            }
            else if (c == ' ' && quote == '\0')
            {
                Add();
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        Add();
        return words;

        void Add()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }

    /// <summary>The commands of a text: one a line, without empty lines and remarks.</summary>
    public static IEnumerable<string> Lines(string text) => text.Split('\n')
        .Select(l => l.Split(" # ")[0].Trim())
        .Where(l => l.Length > 0 && l[0] != '#');
}
