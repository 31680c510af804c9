using System.Reflection;
using Vmm.Tests.Commands;
using Vmm.Tests.Configuration;
using Vmm.Tests.MailStack;
using Vmm.Tests.Passwords;

namespace Vmm.Tests.House;

/// <summary>What a test needs is seen from what its code calls, through helpers, lambdas and async methods.</summary>
public class NeedsTests
{
    [Theory]
    [InlineData(typeof(SettingsFileTests), nameof(SettingsFileTests.an_empty_file_gives_the_defaults), Needs.Nothing)]
    [InlineData(typeof(NeedsTests), nameof(a_test_says_no_less_than_its_code), Needs.Nothing)]
    [InlineData(typeof(SqlTests), nameof(SqlTests.sql_stands_in_its_room_only), Needs.Nothing)]
    [InlineData(typeof(SqlTests), nameof(SqlTests.every_statement_prepares_against_the_schema), Needs.World)]
    [InlineData(typeof(SchemeTests), nameof(SchemeTests.a_hash_of_every_scheme_of_dovecot_can_be_stored), Needs.TheSystem)]
    [InlineData(typeof(TranscriptTests), nameof(TranscriptTests.a_session_goes_as_it_is_written_down), Needs.World)]
    [InlineData(typeof(NeedsTests), nameof(Nested), Needs.World)]
    [InlineData(typeof(SeedDeliveryTests), nameof(DeliveryTests.an_unknown_address_is_refused_at_rcpt), Needs.MailServer)]
    public void the_code_tells_what_a_test_needs(Type type, string method, string needs) =>
        Assert.Equal(
            needs,
            Needs.Of(
                type,
                type.GetMethod(method, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)!
            )
        );

    [Fact]
    public void a_test_says_no_less_than_its_code()
    {
        Assert.Equal(Needs.World, Needs.Most([Needs.Nothing, Needs.World]));
        Assert.Equal(Needs.MailServer, Needs.Most([Needs.MailServer, Needs.World]));
    }

    /// <summary>Not a test: a way to the program that leads through all that the compiler makes.</summary>
    private static async Task<int> Nested()
    {
        await Task.Yield();
        return Numbers(() => Lengths().Sum()).Single();

        static IEnumerable<int> Lengths()
        {
            yield return Repository.Binary.Length;
        }
    }

    private static IEnumerable<int> Numbers(Func<int> number) => [number()];
}
