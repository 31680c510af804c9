using System.Text;

namespace Vmm.Docs;

/// <summary>completions/_vmm.</summary>
internal static class ZshCompletion
{
    private const string Head = """
        #compdef vmm
        # Completion of vmm for zsh. Made by tools/Vmm.Docs from the command tree; do not edit.
        # The specifications of values and arguments are explained in vmm.bash.

        _vmm_describe() {
          case $1 in

        """;

    private const string Engine = """
          esac
        }

        # _vmm_offer SPECIFICATION
        _vmm_offer() {
          local -a names
          case $1 in
            file) _files ;;
            @*)
              names=(${(f)"$(vmm complete $config ${1#@} -- "${(Q)PREFIX}" 2> /dev/null < /dev/null)"})
              compadd -M 'm:{[:upper:]}={[:lower:]}' -a names ;;
            [=+]*)
              names=(${(s:,:)${1#?}})
              compadd -a names ;;
          esac
        }

        _vmm() {
          local -a options arguments config common
          local -A values shared
          local word command pending several option
          local -i count=0
          common=(
        @COMMON_OPTIONS@  )
          shared=(@COMMON@)
          for word in "${(@Q)words[2,CURRENT-1]}"; do
            if [[ -n $pending ]]; then
              if [[ $option == --config ]]; then config=(--config $word); fi
              pending=''
            elif [[ $word == --config=* ]]; then
              config=($word)
            elif [[ $word == -?* ]]; then
              option=$word several=''
              pending=${values[$word]-${shared[$word]-}}
              if [[ $pending == +* ]]; then several=$pending pending=''; fi
            elif [[ -z $several ]]; then
              if [[ -z $command ]]; then command=$word; _vmm_describe $word; else count+=1; fi
            fi
          done
          if [[ -n $pending ]]; then
            _vmm_offer $pending
          elif [[ $PREFIX == --*=* ]]; then
            option=${PREFIX%%=*}
            compset -P '*='
            _vmm_offer ${values[$option]-${shared[$option]-}}
          elif [[ $PREFIX == -* ]]; then
            _describe -o option options -- common
          elif [[ -n $several ]]; then
            _vmm_offer $several
          elif [[ -z $command ]]; then
            local -a commands=(
        @COMMANDS@    )
            _describe subcommand commands
          elif (( $#arguments )); then
            if [[ $count -ge $#arguments && $arguments[-1] == *... ]]; then count=$(($#arguments - 1)); fi
            _vmm_offer ${arguments[count+1]%...}
          fi
        }

        _vmm "$@"

        """;

    /// <summary>The script.</summary>
    internal static string Text(CompletionWords words)
    {
        var text = new StringBuilder(Head);
        foreach (var command in words.Commands)
        {
            text.Append($"    {string.Join("|", command.Names)})\n");
            text.Append($"      options=(\n{Options(command.Options, 8)}      )\n");
            text.Append($"      values=({Values(command.Options)})\n");
            text.Append($"      arguments=({string.Join(' ', command.Arguments.Select(a => $"'{a}'"))}) ;;\n");
        }

        return text.Append(Engine
            .Replace("@COMMON@", Values(words.Common), StringComparison.Ordinal)
            .Replace("@COMMON_OPTIONS@", Options(words.Common, 4), StringComparison.Ordinal)
            .Replace(
                "@COMMANDS@",
                string.Concat(words.Commands.SelectMany(c => c.Names.Select(n => $"      '{Word(n, c.Description)}'\n"))),
                StringComparison.Ordinal)).ToString();
    }

    private static string Options(IEnumerable<CompletedOption> options, int indent) =>
        string.Concat(options.SelectMany(
            o => o.Help.Names.Select(n => $"{new string(' ', indent)}'{Word(n, o.Help.Description)}'\n")));

    private static string Word(string name, string description) =>
        $"{name}:{description}".Replace("'", "'\\''", StringComparison.Ordinal);

    private static string Values(IEnumerable<CompletedOption> options) =>
        string.Join(' ', options.Where(o => o.Value.Length > 0).SelectMany(o => o.Help.Names.Select(n => $"{n} '{o.Value}'")));
}
