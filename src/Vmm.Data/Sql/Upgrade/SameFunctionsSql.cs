namespace Vmm.Data.Sql.Upgrade;

/// <summary>The answers of functions that an upgrade leaves alone: asked in the same words before and after.</summary>
internal static class SameFunctionsSql
{
    internal const string Before = $"""
        INSERT INTO pg_temp.vmm_before {Answers}
        """;

    internal const string After = $"""
        INSERT INTO pg_temp.vmm_after {Answers}
        """;

    /// <summary>10,000 addresses, spread evenly, and one of each domain that does not exist.</summary>
    internal const string ToAsk = """
        INSERT INTO pg_temp.vmm_asked
        SELECT local_part, substr(address, length(local_part) + 2), kind
          FROM (SELECT address, local_part, kind FROM vmm_address ORDER BY md5(address) LIMIT 10000) AS chosen
        UNION ALL
        SELECT 'no such address', domainname, 'nobody' FROM domain_name
        """;

    private const string Answers = $"""
        SELECT 'asked', local_part || '@' || domainname, ARRAY[
               {AnswersSql.Plain},
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_virtual_alias_map(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_smtpd_sender_login_map(local_part, domainname) f)]
          FROM pg_temp.vmm_asked
        """;
}
