namespace Vmm.Tests.Install;

/// <summary>Ports and /var/lib are one: these tests run one after the other.</summary>
[CollectionDefinition("install.sh")]
public static class InstallRuns;
