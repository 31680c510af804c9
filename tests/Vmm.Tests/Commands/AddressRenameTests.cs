namespace Vmm.Tests.Commands;

/// <summary>What is looked for when an address is renamed, and what becomes of an extension.</summary>
public static class AddressRenameTests
{
    [Theory]
    [InlineData("old+list@a.example", "new@b.example", "new+list@b.example")]
    [InlineData("old-x+y@a2.example", "new@b.example", "new-x+y@b.example")]
    [InlineData("Old+List@a.example", "new@b.example", "new+List@b.example")]
    // Postfix would cut off what begins at the first delimiter of the new name.
    [InlineData("old+list@a.example", "new-name@b.example", "new-name@b.example")]
    [InlineData("old+list@a.example", "new+name@b.example", "new+name@b.example")]
    public static void an_extension_stays_where_the_new_name_allows_it(string destination, string @new, string after) =>
        Assert.Equal(after, Rename("old@a.example", @new, "+-").WithExtension(destination));

    [Fact]
    public static void the_database_is_asked_for_what_begins_like_the_address() =>
        Assert.Equal(["old@", "old+", "old-"], Rename("old@a.example", "new@b.example", "+-").Beginnings);

    [Fact]
    public static void the_address_has_every_name_of_its_domain() =>
        Assert.Equal(["old@a.example", "old@a2.example"], Rename("old@a.example", "new@b.example", "").OldNames);

    private static AddressRename Rename(string old, string @new, string delimiters) =>
        new(EmailAddress.Parse(old), ["a.example", "a2.example"], EmailAddress.Parse(@new), delimiters);
}
