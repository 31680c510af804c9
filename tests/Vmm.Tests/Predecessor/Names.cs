using System.Text.RegularExpressions;
using Npgsql;

namespace Vmm.Tests.Predecessor;

/// <summary>
/// What a number meant when it was first seen: a gid its domain, a uid its account. A name that comes back is told from the one
/// before.
/// </summary>
internal sealed partial class Names(string baseDirectory)
{
    private readonly Dictionary<string, string> domains = new() { ["0"] = "root" };
    private readonly Dictionary<string, string> accounts = new() { ["0"] = "root" };

    public async Task LearnAsync(NpgsqlConnection connection)
    {
        const string sql = """
            SELECT 'd', gid::text, domainname FROM domain_name WHERE is_primary
            UNION ALL
            SELECT 'u', uid::text, local_part || '@' || domainname FROM users JOIN domain_name USING (gid) WHERE is_primary
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var known = reader.GetString(0) == "d" ? domains : accounts;
            var (id, name) = (reader.GetString(1), reader.GetString(2));
            if (!known.ContainsKey(id))
            {
                var earlier = known.Values.Count(n => n.Split('#')[0] == name);
                known[id] = earlier == 0 ? name : $"{name}#{earlier + 1}";
            }
        }
    }

    public string Domain(string gid) => domains.GetValueOrDefault(gid, gid);

    public string Account(string uid) => accounts.GetValueOrDefault(uid, uid);

    /// <summary>
    /// The numbers in paths below the base directory, also in the middle of a text; the character that spreads the domains is
    /// chosen freely.
    /// </summary>
    public string Paths(string text) => PathsBelow().Replace(
        text.Replace(baseDirectory + "/", "BASE/", StringComparison.Ordinal),
        m => $"BASE/?/<{Domain(m.Groups[1].Value)}>" + (m.Groups[2].Success ? $"/<{Account(m.Groups[2].Value)}>" : ""));

    /// <summary>Replaces <c>{address}</c> in an argument by the account's uid.</summary>
    public string Resolve(string argument) =>
        argument.StartsWith('{') && argument.EndsWith('}') ? accounts.First(a => a.Value == argument[1..^1]).Key : argument;

    [GeneratedRegex("BASE/[0-9a-z]/([0-9]+)(?:/([0-9]+))?")]
    private static partial Regex PathsBelow();
}
