# Completion of vmm for bash. Made by tools/Vmm.Docs from the command tree; do not edit.
# shellcheck shell=bash disable=SC2034
#
# Sets, for a subcommand: its options, what their values are, what its arguments are. @kind: names that vmm is asked for;
# =a,b: one of these words; +a,b: some of them; file: a file; -: anything. An argument that ends with three dots may be
# repeated.
_vmm_describe() {
  case $1 in
    domainadd | da)
      options='-n --note -t --transport -p --password --password-stdin --password-file --random --hash -s --scheme --dry-run --if-not-exists --from-file'
      values=([-n]='-' [--note]='-' [-t]='@transport' [--transport]='@transport' [-p]='-' [--password]='-' [--password-file]='file' [--hash]='-' [-s]='@scheme' [--scheme]='@scheme' [--from-file]='file')
      arguments=('-') ;;
    domaininfo | di)
      options='-d --details'
      values=([-d]='=accounts,aliasdomains,aliases,catchall,full,relocated' [--details]='=accounts,aliasdomains,aliases,catchall,full,relocated')
      arguments=('@domain') ;;
    domaindelete | dd)
      options='--delete-directory --force --dry-run --if-exists'
      values=()
      arguments=('@domain') ;;
    listdomains | ld)
      options='-p --pattern --after --limit'
      values=([-p]='-' [--pattern]='-' [--after]='-' [--limit]='-')
      arguments=() ;;
    domainrename | dr)
      options='--leave --dry-run'
      values=([--leave]='=alias,nothing,relocated')
      arguments=('@domain' '-') ;;
    domainnote | do)
      options='-n --note -d --delete --dry-run'
      values=([-n]='-' [--note]='-')
      arguments=('@domain') ;;
    domainquota | dq)
      options='-m --messages --force --dry-run'
      values=([-m]='-' [--messages]='-')
      arguments=('@domain' '-') ;;
    domainservices | ds)
      options='-e --enable -d --disable --force --dry-run'
      values=([-e]='+all,imap,none,pop3,sieve,smtp' [--enable]='+all,imap,none,pop3,sieve,smtp' [-d]='+all,imap,none,pop3,sieve,smtp' [--disable]='+all,imap,none,pop3,sieve,smtp')
      arguments=('@domain') ;;
    domaintransport | dt)
      options='--force --dry-run'
      values=()
      arguments=('@domain' '@transport') ;;
    domainsuspend)
      options='--mode --until --reason --text --dry-run'
      values=([--mode]='=nologin,defer,refuse' [--until]='-' [--reason]='-' [--text]='-')
      arguments=('@domain') ;;
    domainresume)
      options='--dry-run'
      values=()
      arguments=('@domain') ;;
    aliasdomainadd | ada)
      options='--dry-run --if-not-exists --from-file'
      values=([--from-file]='file')
      arguments=('-' '@domain') ;;
    aliasdomaininfo | adi)
      options=''
      values=()
      arguments=('@alias-domain') ;;
    aliasdomainswitch | ads)
      options='--dry-run'
      values=()
      arguments=('@alias-domain' '@domain') ;;
    aliasdomaindelete | add)
      options='--dry-run --if-exists'
      values=()
      arguments=('@alias-domain') ;;
    useradd | ua)
      options='-p --password --password-stdin --password-file --random --hash -s --scheme -n --note --dry-run --if-not-exists --from-file'
      values=([-p]='-' [--password]='-' [--password-file]='file' [--hash]='-' [-s]='@scheme' [--scheme]='@scheme' [-n]='-' [--note]='-' [--from-file]='file')
      arguments=('@new-address') ;;
    userinfo | ui)
      options='-d --details'
      values=([-d]='=aliases,du,full' [--details]='=aliases,du,full')
      arguments=('@account') ;;
    userdelete | ud)
      options='--delete-directory --force --dry-run --if-exists'
      values=()
      arguments=('@account') ;;
    userpassword | up)
      options='-p --password --password-stdin --password-file --random --hash -s --scheme --dry-run'
      values=([-p]='-' [--password]='-' [--password-file]='file' [--hash]='-' [-s]='@scheme' [--scheme]='@scheme')
      arguments=('@account') ;;
    listusers | lu)
      options='-p --pattern --after --limit -l --long --over-quota'
      values=([-p]='-' [--pattern]='-' [--after]='-' [--limit]='-' [--over-quota]='-')
      arguments=() ;;
    getuser | gu)
      options=''
      values=()
      arguments=('-') ;;
    userrename | ur)
      options='--leave -p --password --password-stdin --password-file --random --hash -s --scheme --dry-run'
      values=([--leave]='=alias,nothing,relocated' [-p]='-' [--password]='-' [--password-file]='file' [--hash]='-' [-s]='@scheme' [--scheme]='@scheme')
      arguments=('@account' '@new-address') ;;
    username | un)
      options='-n --name -d --delete --dry-run'
      values=([-n]='-' [--name]='-')
      arguments=('@account') ;;
    usernote | uo)
      options='-n --note -d --delete --dry-run'
      values=([-n]='-' [--note]='-')
      arguments=('@account') ;;
    userquota | uq)
      options='-m --messages --dry-run'
      values=([-m]='-' [--messages]='-')
      arguments=('@account' '-') ;;
    userservices | us)
      options='-e --enable -d --disable -r --reset --dry-run'
      values=([-e]='+all,imap,none,pop3,sieve,smtp' [--enable]='+all,imap,none,pop3,sieve,smtp' [-d]='+all,imap,none,pop3,sieve,smtp' [--disable]='+all,imap,none,pop3,sieve,smtp')
      arguments=('@account') ;;
    usertransport | ut)
      options='--dry-run'
      values=()
      arguments=('@account' '@transport') ;;
    userenable | u1)
      options='--dry-run'
      values=()
      arguments=('@account' '=all,imap,pop3,sieve,smtp...') ;;
    userdisable | u0)
      options='--dry-run'
      values=()
      arguments=('@account' '=all,imap,pop3,sieve,smtp...') ;;
    usersuspend)
      options='--mode --until --reason --text --dry-run'
      values=([--mode]='=nologin,defer,refuse' [--until]='-' [--reason]='-' [--text]='-')
      arguments=('@account') ;;
    userresume)
      options='--dry-run'
      values=()
      arguments=('@account') ;;
    quota)
      options='--over --limit'
      values=([--over]='-' [--limit]='-')
      arguments=('@domain') ;;
    passwords)
      options='--weak --scheme --older-than --after --limit'
      values=([--scheme]='@scheme' [--older-than]='-' [--after]='-' [--limit]='-')
      arguments=('@domain') ;;
    aliasadd | aa)
      options='--dry-run --from-file'
      values=([--from-file]='file')
      arguments=('@alias-or-new' '@destination...') ;;
    aliasinfo | ai)
      options=''
      values=()
      arguments=('@alias') ;;
    aliasdelete | ad)
      options='--force --dry-run --if-exists'
      values=()
      arguments=('@alias' '@destination...') ;;
    listaliases | la)
      options='-p --pattern --after --limit'
      values=([-p]='-' [--pattern]='-' [--after]='-' [--limit]='-')
      arguments=() ;;
    aliasrename | ar)
      options='--leave --dry-run'
      values=([--leave]='=alias,nothing,relocated')
      arguments=('@alias' '@new-address') ;;
    catchalladd | caa)
      options='--dry-run --from-file'
      values=([--from-file]='file')
      arguments=('@domain' '@destination...') ;;
    catchallinfo | cai)
      options=''
      values=()
      arguments=('@domain') ;;
    catchalldelete | cad)
      options='--dry-run --if-exists'
      values=()
      arguments=('@domain' '@destination...') ;;
    relocatedadd | ra)
      options='--dry-run --if-not-exists --from-file'
      values=([--from-file]='file')
      arguments=('@new-address' '@destination') ;;
    relocatedinfo | ri)
      options=''
      values=()
      arguments=('@relocated') ;;
    relocateddelete | rd)
      options='--dry-run --if-exists'
      values=()
      arguments=('@relocated') ;;
    listrelocated | lr)
      options='-p --pattern --after --limit'
      values=([-p]='-' [--pattern]='-' [--after]='-' [--limit]='-')
      arguments=() ;;
    senderadd | sa)
      options='--expires --dry-run'
      values=([--expires]='-')
      arguments=('@address' '@account...') ;;
    senderinfo | si)
      options=''
      values=()
      arguments=('@address') ;;
    senderdelete | sd)
      options='--dry-run --if-exists'
      values=()
      arguments=('@address' '@account...') ;;
    domainsenders)
      options='--aliases --dry-run'
      values=([--aliases]='=on,off')
      arguments=('@domain') ;;
    listaddresses | ll)
      options='-p --pattern --after --limit'
      values=([-p]='-' [--pattern]='-' [--after]='-' [--limit]='-')
      arguments=() ;;
    trashlist)
      options='--limit'
      values=([--limit]='-')
      arguments=() ;;
    trashshow)
      options=''
      values=()
      arguments=('-') ;;
    trashrestore)
      options='--as --dry-run'
      values=([--as]='-')
      arguments=('-') ;;
    trashpurge)
      options='--all --dry-run'
      values=()
      arguments=('-') ;;
    configget | cg)
      options=''
      values=()
      arguments=('@option') ;;
    configset | cs)
      options='--dry-run'
      values=()
      arguments=('@option' '-') ;;
    configure | cf)
      options='-s --section --dry-run'
      values=([-s]='=account,bin,check,database,domain,dovecot,housekeeping,journal,mailbox,misc,log' [--section]='=account,bin,check,database,domain,dovecot,housekeeping,journal,mailbox,misc,log')
      arguments=('-') ;;
    mailconfig)
      options='--diff --install --undo --dry-run --replace --show-secrets --lda --postfix-version --dovecot-version --postfix-directory --dovecot-directory --postfix-password-file --dovecot-password-file'
      values=([--postfix-version]='-' [--dovecot-version]='-' [--postfix-directory]='file' [--dovecot-directory]='file' [--postfix-password-file]='file' [--dovecot-password-file]='file')
      arguments=('=dovecot,postfix') ;;
    listpwschemes | lp)
      options=''
      values=()
      arguments=() ;;
    check)
      options='--repair --dry-run --show-changes --only --dns'
      values=([--only]='-')
      arguments=() ;;
    trace)
      options='--sender --live --queue'
      values=([--sender]='@address')
      arguments=('@address') ;;
    journal)
      options='--since --until --by --limit -f --follow'
      values=([--since]='-' [--until]='-' [--by]='-' [--limit]='-')
      arguments=('@address') ;;
    undo)
      options='-y --yes --dry-run'
      values=()
      arguments=('-...') ;;
    housekeeping)
      options='--dry-run'
      values=()
      arguments=() ;;
    upgrade)
      options='-y --yes --dump --no-dump --from-config --output --overwrite --release --dry-run'
      values=([--dump]='file' [--from-config]='file' [--output]='file' [--release]='=0.3,0.4,0.5,0.5.2,0.6,0.7')
      arguments=() ;;
    import-postfixadmin)
      options='--source --mail-directory --scheme --skip-invalid -y --yes --dry-run'
      values=([--source]='-' [--mail-directory]='file' [--scheme]='@scheme')
      arguments=() ;;
    help | h)
      options=''
      values=()
      arguments=('=domainadd,da,domaininfo,di,domaindelete,dd,listdomains,ld,domainrename,dr,domainnote,do,domainquota,dq,domainservices,ds,domaintransport,dt,domainsuspend,domainresume,aliasdomainadd,ada,aliasdomaininfo,adi,aliasdomainswitch,ads,aliasdomaindelete,add,useradd,ua,userinfo,ui,userdelete,ud,userpassword,up,listusers,lu,getuser,gu,userrename,ur,username,un,usernote,uo,userquota,uq,userservices,us,usertransport,ut,userenable,u1,userdisable,u0,usersuspend,userresume,quota,passwords,aliasadd,aa,aliasinfo,ai,aliasdelete,ad,listaliases,la,aliasrename,ar,catchalladd,caa,catchallinfo,cai,catchalldelete,cad,relocatedadd,ra,relocatedinfo,ri,relocateddelete,rd,listrelocated,lr,senderadd,sa,senderinfo,si,senderdelete,sd,domainsenders,listaddresses,ll,trashlist,trashshow,trashrestore,trashpurge,configget,cg,configset,cs,configure,cf,mailconfig,listpwschemes,lp,check,trace,journal,undo,housekeeping,upgrade,import-postfixadmin,help,h,version,v') ;;
    version | v)
      options=''
      values=()
      arguments=() ;;
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
  local -A values=() common=([--config]='file')
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
    mapfile -t COMPREPLY < <(compgen -W "$options -h --help --config --json --quiet --verbose" -- "$typed")
  elif [[ -n $several ]]; then
    _vmm_offer "$several" "$typed"
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'domainadd da domaininfo di domaindelete dd listdomains ld domainrename dr domainnote do domainquota dq domainservices ds domaintransport dt domainsuspend domainresume aliasdomainadd ada aliasdomaininfo adi aliasdomainswitch ads aliasdomaindelete add useradd ua userinfo ui userdelete ud userpassword up listusers lu getuser gu userrename ur username un usernote uo userquota uq userservices us usertransport ut userenable u1 userdisable u0 usersuspend userresume quota passwords aliasadd aa aliasinfo ai aliasdelete ad listaliases la aliasrename ar catchalladd caa catchallinfo cai catchalldelete cad relocatedadd ra relocatedinfo ri relocateddelete rd listrelocated lr senderadd sa senderinfo si senderdelete sd domainsenders listaddresses ll trashlist trashshow trashrestore trashpurge configget cg configset cs configure cf mailconfig listpwschemes lp check trace journal undo housekeeping upgrade import-postfixadmin help h version v' -- "$typed")
  elif [[ ${#arguments[@]} -gt 0 ]]; then
    if [[ $count -ge ${#arguments[@]} && ${arguments[-1]} == *... ]]; then count=$((${#arguments[@]} - 1)); fi
    word=${arguments[count]-}
    _vmm_offer "${word%...}" "$typed"
  fi
}
complete -F _vmm vmm
