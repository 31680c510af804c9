namespace Vmm.Tests;

/// <summary>Compares with a file below Golden/; VMM_UPDATE_GOLDEN=1 writes it anew, for review in the diff.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Repository.PathOf("tests", "Vmm.Tests", "Golden", name + ".txt");
        CheckFile(path, actual);
    }

    public static void CheckFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("VMM_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is not there; VMM_UPDATE_GOLDEN=1 makes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
