using System.CommandLine;

namespace Vmm.Cli.CommandLine;

/// <summary>An option whose value nobody may read later: see <see cref="SpokenLine"/>.</summary>
internal sealed class SecretOption(string name, params string[] aliases) : Option<string?>(name, aliases);

/// <summary>The same for a word without an option's name.</summary>
internal sealed class SecretArgument(string name) : Argument<string?>(name);
