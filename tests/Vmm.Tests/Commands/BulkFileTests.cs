using System.Text;

namespace Vmm.Tests.Commands;

/// <summary>Files with more wrong lines than anyone reads.</summary>
public static class BulkFileTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(100, null)]
    [InlineData(101, "one more line is wrong")]
    [InlineData(1000, "900 more lines are wrong")]
    public static void of_many_wrong_lines_the_first_hundred_are_told_and_the_others_counted(int lines, string? counted)
    {
        var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", lines))));
        var refused = Assert.Throws<VmmException>(
            () => BulkFile.Read<int>(content, "list", _ => throw Errors.InvalidArgument("this is wrong")));
        string[] told = [.. Enumerable.Range(1, Math.Min(lines, 100)).Select(n => $"list, line {n}: this is wrong")];
        string[] end = counted is null ? ["nothing was added"] : [counted, "nothing was added"];
        Assert.Equal([.. told, .. end], refused.Others.Prepend(refused).Select(e => e.Message));
    }
}
