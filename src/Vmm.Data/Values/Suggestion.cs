namespace Vmm.Data.Values;

/// <summary>Suggestions for misspelled names.</summary>
public static class Suggestion
{
    /// <summary>
    /// The name that was probably meant: one that begins with
    /// <paramref name="name"/>, else the nearest one; null when none is
    /// near.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> names) => names
        .Select(n => (Name: n, Distance: name.Length > 2 && n.StartsWith(name, StringComparison.Ordinal) ? 0 : Distance(name, n)))
        .Where(n => n.Distance <= 2)
        .OrderBy(n => n.Distance)
        .FirstOrDefault().Name;

    /// <summary>Levenshtein distance: the number of single-character edits.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, replaced));
            }
        }

        return row[^1];
    }
}
