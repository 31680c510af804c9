using System.Text;

namespace Vmm.Docs;

/// <summary>completions/vmm.bash.</summary>
internal static class BashCompletion
{
    private const string Head = """
        # Completion of vmm for bash. Made by tools/Vmm.Docs from the command tree; do not edit.
        # shellcheck shell=bash disable=SC2034
        #
        # Sets, for a subcommand: its options, what their values are, what its arguments are. @kind: names that vmm is asked for;
        # =a,b: one of these words; +a,b: some of them; file: a file; -: anything. An argument that ends with three dots may be
        # repeated.
        _vmm_describe() {
          case $1 in

        """;

    private const string Engine = """
          esac
        }

        # _vmm_offer SPECIFICATION TYPED
        _vmm_offer() {
          local name typed=${2//\\/} names=()
          case $1 in
            file) compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$typed"); return ;;
            @*) mapfile -t names < <(vmm complete "${config[@]}" "${1#@}" -- "$typed" 2> /dev/null < /dev/null) ;;
            [=+]*) mapfile -t names < <(compgen -W "${1//[=+,]/ }" -- "$typed") ;;
          esac
          # Names are data: what a shell would understand is quoted.
          for name in "${names[@]}"; do printf -v name %q "$name"; COMPREPLY+=("$name"); done
          # bash takes what follows the last @, = or : for the word.
          local last=${2##*[@=:]}
          local head=${2%"$last"}
          if [[ -n $head && $COMP_WORDBREAKS == *"${head: -1}"* ]]; then COMPREPLY=("${COMPREPLY[@]#"$head"}"); fi
        }

        _vmm() {
          local words=() word typed command='' pending='' several='' option='' count=0 config=() options='' arguments=() all='' name
          local -A values=() common=(@COMMON@)
          COMPREPLY=()
          read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
          if [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]]; then words+=(''); fi
          typed=${words[-1]}
          for word in "${words[@]:1:${#words[@]}-2}"; do
            if [[ -n $pending ]]; then
              if [[ $option == --config ]]; then config=(--config "$word"); fi
              pending=''
            elif [[ $word == --config=* ]]; then
              config=("$word")
            elif [[ $word == -?* ]]; then
              option=$word several=''
              pending=${values[$word]-${common[$word]-}}
              if [[ $pending == +* ]]; then several=$pending pending=''; fi
            elif [[ -z $several ]]; then
              if [[ -z $command ]]; then command=$word; _vmm_describe "$word"; else count=$((count + 1)); fi
            fi
          done
          if [[ -n $pending ]]; then
            _vmm_offer "$pending" "$typed"
          elif [[ $typed == --*=* ]]; then
            _vmm_offer "${values[${typed%%=*}]-${common[${typed%%=*}]-}}" "${typed#*=}"
          elif [[ $typed == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$options @COMMON_OPTIONS@" -- "$typed")
          elif [[ -n $several ]]; then
            _vmm_offer "$several" "$typed"
          elif [[ -z $command ]]; then
            mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@' -- "$typed")
          elif [[ ${#arguments[@]} -gt 0 ]]; then
            if [[ $count -ge ${#arguments[@]} && ${arguments[-1]} == *... ]]; then count=$((${#arguments[@]} - 1)); fi
            word=${arguments[count]-}
            _vmm_offer "${word%...}" "$typed"
          fi
        }
        complete -F _vmm vmm

        """;

    /// <summary>The script.</summary>
    internal static string Text(CompletionWords words)
    {
        var text = new StringBuilder(Head);
        foreach (var command in words.Commands)
        {
            text.Append($"    {string.Join(" | ", command.Names)})\n");
            text.Append($"      options='{Names(command.Options)}'\n");
            text.Append($"      values=({Values(command.Options)})\n");
            text.Append($"      arguments=({string.Join(' ', command.Arguments.Select(a => $"'{a}'"))}) ;;\n");
        }

        return text.Append(Engine
            .Replace("@COMMON@", Values(words.Common), StringComparison.Ordinal)
            .Replace("@COMMON_OPTIONS@", Names(words.Common), StringComparison.Ordinal)
            .Replace("@COMMANDS@", string.Join(' ', words.Commands.SelectMany(c => c.Names)), StringComparison.Ordinal)).ToString();
    }

    private static string Names(IEnumerable<CompletedOption> options) => string.Join(' ', options.SelectMany(o => o.Help.Names));

    private static string Values(IEnumerable<CompletedOption> options) =>
        string.Join(' ', options.Where(o => o.Value.Length > 0).SelectMany(o => o.Help.Names.Select(n => $"[{n}]='{o.Value}'")));
}
