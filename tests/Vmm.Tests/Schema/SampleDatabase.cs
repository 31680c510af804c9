namespace Vmm.Tests.Schema;

/// <summary>Three domains: with an alias name and a catch-all; with choices of its own; with nothing but catch-alls.</summary>
public sealed class SampleDatabase(PostgresCluster server) : IAsyncLifetime
{
    private const string Rows = """
        INSERT INTO quotalimit (bytes, messages) VALUES (1048576, 7), (2097152, 0);
        INSERT INTO transport (transport) VALUES ('dovecot:'), ('relay:[mx.example.net]');
        INSERT INTO maillocation (fid, directory) VALUES (2, 'mdbox'), (3, 'sdbox');
        INSERT INTO domain_data (domaindir) VALUES ('/srv/mail/4/70000');
        INSERT INTO domain_data (domaindir, qid, ssid, tid) VALUES ('/srv/mail/5/70001', 2, 5, 2), ('/srv/mail/6/70002', 1, 1, 1);
        INSERT INTO domain_name VALUES ('example.com', 70000, true), ('example.net', 70000, false), ('example.org', 70001, true),
            ('c.example', 70002, true);
        INSERT INTO users (local_part, passwd, gid, mid, qid, ssid, tid) VALUES
            ('a', '{PLAIN}a', 70000, 1, NULL, NULL, NULL), ('b', '{PLAIN}b', 70000, 2, 2, NULL, NULL),
            ('c', '{PLAIN}c', 70000, 3, NULL, 16, NULL),
            ('d.e', '{PLAIN}d', 70000, 1, 3, 4, 3), ('%n', '{PLAIN}%', 70000, 1, NULL, NULL, NULL),
            ('a+x', '{PLAIN}', 70000, 1, NULL, NULL, NULL),
            ('a', '{PLAIN}a2', 70001, 1, NULL, NULL, NULL), ('e', '{PLAIN}e', 70001, 2, 1, 1, 1),
            ('f', '{PLAIN}f', 70001, 1, NULL, 2, 3), ('o''k', '{PLAIN}k', 70001, 1, NULL, NULL, NULL);
        INSERT INTO alias VALUES (70000, 'list', 'a@example.com'), (70000, 'list', 'B@Elsewhere.example'),
            (70000, 'list', '%n-x@%d'), (70000, 'list', '%=@archive.example'),
            (70000, 'one', 'a@example.com'), (70000, 'two', 'one@%d'), (70001, 'list', 'a@example.org'),
            (70001, 'b', '%n+%d@elsewhere.example');
        INSERT INTO relocated VALUES (70000, 'gone', 'gone@elsewhere.example'), (70001, 'gone', 'x@elsewhere.example'),
            (70001, 'c', 'y@elsewhere.example');
        INSERT INTO catchall VALUES (70000, 'a@example.com'), (70002, '%n@elsewhere.example'), (70002, '%=@elsewhere.example')
        """;

    public string Name { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Name = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(Name, "vmm", Rows);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
