using Vmm.Docs;

namespace Vmm.Tests.House;

/// <summary>What is known of passwords is known of every command that takes one.</summary>
public class GivenPasswordTests
{
    [Fact]
    public void the_search_of_the_log_knows_every_command_that_takes_a_password() =>
        Assert.Equal(
            Documents.Tree().Subcommands
                .Where(c => c.Options.Any(o => o.Name == "--hash"))
                .SelectMany(c => c.Aliases.Prepend(c.Name))
                .Order(StringComparer.Ordinal),
            GivenSecrets.Commands.Order(StringComparer.Ordinal));
}
