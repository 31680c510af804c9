using System.Text;

namespace Vmm.Docs;

/// <summary>completions/vmm.fish.</summary>
internal static class FishCompletion
{
    private const string Head = """
        # Completion of vmm for fish. Made by tools/Vmm.Docs from the command tree; do not edit.
        # The specifications of values and arguments are explained in vmm.bash.

        function __vmm_options
            switch "$argv[1]"

        """;

    private const string Values = """
            end
        end

        # The specification of the value that an option of a subcommand takes.
        function __vmm_value
            switch "$argv[1] $argv[2]"

        """;

    private const string Arguments = """
            end
        end

        function __vmm_arguments
            switch "$argv[1]"

        """;

    private const string Engine = """
            end
        end

        # __vmm_offer SPECIFICATION TYPED BEFORE: BEFORE stands before each of the words.
        function __vmm_offer
            switch "$argv[1]"
                case file
                    printf '%s\n' $argv[3](__fish_complete_path $argv[2])
                case '@*'
                    printf '%s\n' $argv[3](vmm complete $config (string sub -s 2 -- $argv[1]) -- $argv[2] 2>/dev/null </dev/null)
                case '=*' '+*'
                    printf '%s\n' $argv[3](string split , -- (string sub -s 2 -- $argv[1]))
            end
        end

        function __vmm
            set -l typed (commandline -ct | string unescape)
            set -l words (commandline -opc | string unescape)
            set -l command
            set -l pending
            set -l several
            set -l option
            set -l count 1
            set -g config
            for word in $words[2..-1]
                if test -n "$pending"
                    test "$option" = --config; and set config --config $word
                    set pending
                else if string match -q -- '--config=*' $word
                    set config $word
                else if string match -q -- '-?*' $word
                    set option $word
                    set several
                    set pending (__vmm_value "$command" $word)
                    if string match -q -- '+*' $pending
                        set several $pending
                        set pending
                    end
                else if test -z "$several"
                    if test -z "$command"
                        set command $word
                    else
                        set count (math $count + 1)
                    end
                end
            end
            if test -n "$pending"
                __vmm_offer $pending "$typed" ''
            else if string match -q -- '--*=*' $typed
                set -l parts (string split -m 1 = -- $typed)
                __vmm_offer (__vmm_value "$command" $parts[1]) "$parts[2]" $parts[1]=
            else if string match -q -- '-*' $typed
                __vmm_options "$command"
                __vmm_options ''
            else if test -n "$several"
                __vmm_offer $several "$typed" ''
            else if test -z "$command"
                __vmm_commands
            else
                set -l arguments (__vmm_arguments $command)
                if test $count -gt (count $arguments); and string match -q -- '*...' $arguments[-1]
                    set count (count $arguments)
                end
                __vmm_offer (string replace -r '\.\.\.$' '' -- $arguments[$count]) "$typed" ''
            end
            set -e config
        end

        complete -c vmm -f -a '(__vmm)'

        """;

    /// <summary>The script.</summary>
    internal static string Text(CompletionWords words)
    {
        var text = new StringBuilder(Head);
        foreach (var command in words.Commands.Where(c => c.Options.Count > 0))
        {
            Case(text, command.Names, Lines(command.Options.SelectMany(o => o.Help.Names.Select(n => (n, o.Help.Description)))));
        }

        Case(text, [""], Lines(words.Common.SelectMany(o => o.Help.Names.Select(n => (n, o.Help.Description)))));
        text.Append(Values);
        foreach (var command in words.Commands)
        {
            foreach (var option in command.Options.Where(o => o.Value.Length > 0))
            {
                Case(text, command.Names.SelectMany(c => option.Help.Names.Select(o => $"{c} {o}")), $" {Quote(option.Value)}");
            }
        }

        foreach (var option in words.Common.Where(o => o.Value.Length > 0))
        {
            Case(text, option.Help.Names.Select(o => $"* {o}"), $" {Quote(option.Value)}");
        }

        text.Append(Arguments);
        foreach (var command in words.Commands.Where(c => c.Arguments.Count > 0))
        {
            Case(text, command.Names, string.Concat(command.Arguments.Select(a => $" {Quote(a)}")));
        }

        text.Append("    end\nend\n\nfunction __vmm_commands\n    printf '%s\\n'");
        text.Append(Lines(words.Commands.SelectMany(c => c.Names.Select(n => (n, c.Description))), 8)).Append("end\n");
        var engine = Engine[Engine.IndexOf("\n\n# __vmm_offer", StringComparison.Ordinal)..];
        return text.Append('\n').Append(engine.TrimStart('\n')).ToString();
    }

    /// <summary>Words with what they mean, one a line, behind a tab.</summary>
    private static string Lines(IEnumerable<(string Name, string Description)> words, int indent = 16) =>
        string.Concat(words.Select(w => $" \\\n{new string(' ', indent)}{Quote(w.Name)}\\t{Quote(w.Description)}"))
        + (indent == 8 ? "\n" : "");

    private static void Case(StringBuilder text, IEnumerable<string> names, string values) =>
        text.Append($"        case {string.Join(' ', names.Select(Quote))}\n            printf '%s\\n'{values}\n");

    private static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
