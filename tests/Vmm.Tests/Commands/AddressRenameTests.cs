namespace Vmm.Tests.Commands;

/// <summary>Which destinations follow an address to its new name.</summary>
public static class AddressRenameTests
{
    [Theory]
    [InlineData("old@a.example", "new@b.example")]
    [InlineData("old@a2.example", "new@b.example")]
    [InlineData("old@A.Example", "new@b.example")]
    [InlineData("old+list@a.example", "new+list@b.example")]
    [InlineData("old-x+y@a2.example", "new-x+y@b.example")]
    [InlineData("old@b.example", null)]
    [InlineData("older@a.example", null)]
    [InlineData("older+list@a.example", null)]
    [InlineData("bold@a.example", null)]
    [InlineData("+old@a.example", null)]
    [InlineData("owner-old@a.example", null)]
    [InlineData("old-request@a.example", null)]
    [InlineData("%n@a.example", null)]
    public static void a_destination_follows_with_its_extension_and_others_stay(string destination, string? after) =>
        Assert.Equal(after, Rename("old@a.example", "+-").Of(destination));

    [Fact]
    public static void without_a_delimiter_only_the_address_itself_follows() =>
        Assert.Null(Rename("old@a.example", "").Of("old+list@a.example"));

    [Fact]
    public static void what_postfix_cuts_off_before_the_end_of_the_address_is_no_extension_of_it() =>
        Assert.Null(Rename("a-b@a.example", "-").Of("a-b-c@a.example"));

    [Fact]
    public static void the_database_is_asked_for_what_begins_like_the_address() =>
        Assert.Equal(["old@", "old+", "old-"], Rename("old@a.example", "+-").Beginnings);

    private static AddressRename Rename(string old, string delimiters) =>
        new(EmailAddress.Parse(old), ["a.example", "a2.example"], EmailAddress.Parse("new@b.example"), delimiters);
}
