# Residuum's probe: reads nvidia-smi and /proc, answers a frame for each request, changes nothing.
#
# Sent over a connection's standard input to `exec sh -s TOKEN`, so it must run in any POSIX sh (dash, busybox ash,
# bash) with any awk (mawk, gawk, busybox). What it says is described in docs/formats/wire.md. It writes no file,
# starts nothing but readers, and ends when its input ends.
#
# Shape: loop | awk. The loop (shell) reads requests and never waits for the driver: each sample is a child in the
# background, which starts nvidia-smi in the background, traps TERM and waits. All of them write into one long-lived
# awk, which escapes what nvidia-smi prints, reads /proc when told to, and remembers which facts it already sent.
#
# Everything is inside functions and the last line is a brace group, so a transfer that was cut runs nothing.

main() {
  LC_ALL=C
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
  export LC_ALL PATH
  token=${1:-}
  tab=$(printf '\t')
  case $token in '' | *[!0-9a-f]*) echo 'residuum probe: a token is needed' >&2; return 64 ;; esac
  if ! command -v awk >/dev/null 2>&1; then
    printf '\n@%s\tfatal\tno-awk\n' "$token"
    return 69
  fi

  foreign=
  case ${RESIDUUM_PROC_ROOT:-/proc} in /proc | /proc/) ;; *) foreign=1 ;; esac
  RESIDUUM_TOKEN=$token
  RESIDUUM_PROC_ROOT=${RESIDUUM_PROC_ROOT:-/proc}
  RESIDUUM_DRIVER_FILE=${RESIDUUM_DRIVER_FILE:-$RESIDUUM_PROC_ROOT/driver/nvidia/version}
  RESIDUUM_FOREIGN=$foreign
  RESIDUUM_UID=$(id -u 2>/dev/null </dev/null)
  RESIDUUM_TICKS=$(getconf CLK_TCK 2>/dev/null </dev/null)
  RESIDUUM_PID_NAMESPACE=$(pid_namespace)
  export RESIDUUM_TOKEN RESIDUUM_PROC_ROOT RESIDUUM_DRIVER_FILE RESIDUUM_FOREIGN RESIDUUM_UID RESIDUUM_TICKS
  export RESIDUUM_PID_NAMESPACE
  proc=$RESIDUUM_PROC_ROOT
  smi_path=$(find_smi)

  # mawk fills its whole input buffer before it looks at a line, unless it is told that somebody is waiting.
  set --
  case $(awk -W version </dev/null 2>&1) in mawk*) set -- -W interactive ;; esac
  RESIDUUM_CMDLINES=$(cmdlines_reader "$@")
  # busybox awk ends a record at a NUL as at a line feed: good enough to look for patterns without a process for each.
  RESIDUUM_RECORDS=$(printf 'a\000\000b c\nd\000' | awk "$@" '{ s = s "[" $0 "]" } END { print (s == "[a][][b c][d]") }')
  export RESIDUUM_CMDLINES RESIDUUM_RECORDS
  loop | awk "$@" "$(awk_program)"
}

# /proc/PID/cmdline is separated by NULs. gawk reads it itself (an empty answer); mawk loses what follows a NUL while it
# is interactive, so another mawk reads them all at once; for busybox awk tr reads them one by one. The command gets the
# pids as arguments, and prints "PID TAB text" with \001 for NUL and \002 for a line feed.
cmdlines_reader() {
  nul_safe='{ print (length($0) == 3) }'
  if [ "$(printf 'a\000b\n' | awk "$@" "$nul_safe")" = 1 ]; then return; fi
  if [ "$(printf 'a\000b\n' | awk "$nul_safe")" = 1 ]; then
    printf '%s' 'read_all() { awk "BEGIN { for (i = 1; i < ARGC; i++) { f = ENVIRON[\"RESIDUUM_PROC_ROOT\"] \"/\" ARGV[i] \"/cmdline\"; s = \"\"; n = 0; while ((getline l < f) > 0 && length(s) < 3072) s = s (n++ ? \"\\n\" : \"\") l; close(f); if (s == \"\") continue; gsub(/\\0/, \"\\001\", s); gsub(/\\n/, \"\\002\", s); print ARGV[i] \"\\t\" substr(s, 1, 3072) } }" "$@"; }'
  else
    printf '%s' 'read_all() { for p in "$@"; do printf "%s\t" "$p"; tr "\000\n" "\001\002" <"$RESIDUUM_PROC_ROOT/$p/cmdline"; echo; done; }'
  fi
}

# host, inner or unknown. 4026531836 is PROC_PID_INIT_INO, the number of the kernel's own PID namespace.
pid_namespace() {
  case $(readlink "$RESIDUUM_PROC_ROOT/self/ns/pid" 2>/dev/null </dev/null) in
  'pid:[4026531836]') echo host ;;
  '') if [ -n "$foreign" ]; then echo host; else echo unknown; fi ;;
  *) echo inner ;;
  esac
}

# A non-interactive login has a short PATH, and WSL2 and the GPU operator keep nvidia-smi in places of their own.
find_smi() {
  command -v nvidia-smi 2>/dev/null && return
  for candidate in /usr/lib/wsl/lib/nvidia-smi /usr/local/nvidia/bin/nvidia-smi /opt/bin/nvidia-smi \
    /run/nvidia/driver/usr/bin/nvidia-smi /run/current-system/sw/bin/nvidia-smi; do
    if [ -x "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
}

# say VERB FIELD…: a control line for awk. Only who knows the token can write one. One write, as loop and sample share
# the pipe, and it must not be cut by the other's.
say() {
  said=@$token
  for field in "$@"; do said=$said$tab$field; done
  printf '%s\n' "$said"
}

# Sets now to the monotonic clock in hundredths of a second. /proc/uptime is the clock, whatever tree is looked at.
clock() {
  now=-
  if read -r uptime rest 2>/dev/null </proc/uptime; then now=${uptime%.*}${uptime#*.}; fi
}

# ---------------------------------------------------------------------------------------------- the reader loop

# known: what the last sample learned, as bits of its exit status. 1: no gpu_bus_id. 2: no memory.reserved.
# 4: a call may still be stuck, look before the next one. A new connection looks too.
loop() {
  child=
  known=4
  own_pid
  trap 'leave' EXIT
  trap 'exit 0' HUP INT TERM PIPE
  say hello 1 "$$"
  while IFS= read -r line; do
    set -f
    # shellcheck disable=SC2086 # the words of the request
    set -- $line
    set +f
    case ${1:-} in
    sample | devices)
      case ${2:-} in '' | *[!0-9A-Za-z]*) continue ;; esac
      if settled; then
        sample "$@" &
        child=$!
      else
        say busy "$2"
      fi
      ;;
    cancel) if running "$child"; then kill -TERM "$child" 2>/dev/null; fi ;;
    esac
  done
}

# True when no sample is running; then collects its exit status. A child that has written its last line may need a
# moment to end, so look for half a second; never wait for one that is still at work.
settled() {
  [ -n "$child" ] || return 0
  ended_within 50 "$child" || return 1
  wait "$child"
  known=$?
  [ "$known" -lt 8 ] || known=4
  child=
}

# ended_within HUNDREDTHS PID
ended_within() {
  clock
  limit=$((${now#-} + $1))
  while running "$2"; do
    clock
    [ "${now#-}" -lt "$limit" ] || return 1
  done
}

# Sets own to the pid of this shell: in a child, $$ is still the first shell's.
own_pid() { read -r own rest </proc/self/stat; }

# True while PID is a child of this shell that has not ended. One that ended stays a zombie until somebody waits for it,
# but bash collects it at once, and then the pid may belong to anybody: it must not be signalled.
running() {
  [ -n "$1" ] && read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086 # the fields after the name
  set -- ${stat##*) }
  case ${1:-X} in [ZX]*) return 1 ;; esac
  [ "${2:-}" = "$own" ]
}

# At the end of input: the sample's own trap ends the driver call; awk is told to go, because a stuck call may hold
# the pipe open. The line feed ends what a call may have begun to print.
leave() {
  trap '' TERM
  if running "$child"; then kill -TERM "$child" 2>/dev/null; fi
  printf '\n@%s\tquit\n' "$token" 2>/dev/null
}

# ---------------------------------------------------------------------------------------------- one sample

# sample KIND ID [KEY=VALUE…], in a child of its own.
sample() {
  stopped=
  smi=
  stuck=0
  trap 'stopped=1; end_call' TERM
  own_pid
  kind=$1
  id=$2
  shift 2
  clock
  say begin "$id" "$kind" "$now" "$(date -u +%Y-%m-%dT%H:%M:%SZ 2>/dev/null </dev/null)"
  for option in "$@"; do say option "$option"; done
  bus_count=0
  for bus in "$proc"/driver/nvidia/gpus/*; do
    [ -d "$bus" ] || continue
    bus_count=$((bus_count + 1))
    say bus "${bus##*/}"
  done
  ask_driver
  if [ "$kind" = sample ]; then
    if cd "$proc" 2>/dev/null; then
      set -- [0-9]*
      [ "$1" = '[0-9]*' ] || printf "@$token\tpid\t%s\n" "$@"
    fi
    say scan
  fi
  say end "$id"
  exit $((known % 4 + stuck))
}

ask_driver() {
  if [ -z "$smi_path" ]; then
    say skip smi-missing
    return
  fi
  # nvidia-smi run by root without a driver creates device nodes, and may load the module: do not start it.
  if [ "${RESIDUUM_UID:-0}" = 0 ] && [ ! -e "$RESIDUUM_DRIVER_FILE" ] && [ ! -e /dev/dxg ]; then
    say skip driver-missing
    return
  fi
  if [ "$known" -ge 4 ]; then
    known=$((known % 4))
    if say_stuck; then
      say skip smi-timeout
      stuck=4
      return
    fi
  fi
  ask_devices
  [ "$kind" = sample ] && [ -z "$stopped" ] || return 0
  ask_usage
}

ask_devices() {
  head=pci.bus_id,uuid,name,memory.total
  tail=memory.used,memory.free
  if [ $((known / 2 % 2)) = 0 ]; then
    query devices "--query-gpu=$head,memory.reserved,$tail"
    { [ "$code" = 2 ] && [ -z "$stopped" ]; } || return 0
    known=$((known + 2))
  fi
  query devices-no-reserved "--query-gpu=$head,$tail"
}

ask_usage() {
  if [ $((known % 2)) = 0 ]; then
    query usage --query-compute-apps=gpu_bus_id,pid,used_memory
    { [ "$code" = 2 ] && [ -z "$stopped" ]; } || return 0
    known=$((known + 1))
  fi
  query usage-no-bus --query-compute-apps=pid,used_memory
}

# query NAME QUERY: one call; again for each index when one bad handle ended the whole answer. Those exit codes are 15
# (lost), 17 (blocked), 255 (unknown error); the others below belong to failures that every index shares.
query() {
  call "$1" "$2"
  [ "$bus_count" -gt 1 ] && [ -z "$stopped" ] || return 0
  case $code in 0 | 2 | 4 | 6 | 9 | 11 | 12 | 18 | 126 | 127 | 231) return ;; esac
  index=0
  while [ "$index" -lt "$bus_count" ] && [ -z "$stopped" ]; do
    call "$1@$index" "$2" -i "$index"
    index=$((index + 1))
  done
}

# call NAME ARGUMENT…: sets code. Ends early when TERM arrives, because wait does.
call() {
  name=$1
  shift
  clock
  say call "$name" "$now" "nvidia-smi $* --format=csv,noheader,nounits"
  code=
  "$smi_path" "$@" --format=csv,noheader,nounits </dev/null 2>&1 &
  smi=$!
  [ -z "$stopped" ] || end_call
  wait "$smi"
  code=$?
  clock
  if [ -z "$stopped" ]; then
    # The output may not end in a line feed; awk drops the empty line otherwise.
    echo
    say done "$name" "$code" "$now"
  else
    # A killed call is gone at once, unless it is in the driver: nothing ends that, so never wait for it.
    if ended_within 50 "$smi"; then wait "$smi"; else stuck=4; fi
    echo
    say stop "$name" "$smi" "$now"
    if say_stuck; then stuck=4; fi
  fi
  smi=
}

end_call() {
  if running "$smi"; then kill -TERM "$smi" && kill -KILL "$smi"; fi 2>/dev/null
}

# Says every nvidia-smi in D state that is of this connection or of one that is gone. False when there is none.
say_stuck() {
  found=$(printf '%s\n' "$proc"/[0-9]* | awk "$(stuck_program)")
  [ -n "$found" ] || return 1
  printf '%s\n' "$found"
}

# A quoted text, not a here-document: bash would write a file in /tmp for one.
stuck_program() {
  printf '%s' '
function stat_fields(file,   l, s, n) {
  s = ""; n = 0
  while ((getline l < file) > 0) s = s (n++ ? "\n" : "") l
  close(file)
  comm = s; sub(/^[^(]*\(/, "", comm); sub(/\)[^)]*$/, "", comm)
  sub(/^.*\) /, "", s)
  return split(s, f, " ")
}
BEGIN { stat_fields("/proc/self/stat"); session = f[4] }
{
  if ($0 !~ /\/[0-9]+$/ || stat_fields($0 "/stat") < 20 || comm != "nvidia-smi" || f[1] != "D") next
  # Without a parent, or without the shell that its session began with.
  leader = $0; sub(/[0-9]+$/, f[4], leader)
  if (f[2] != 1 && f[4] != session && (getline l < (leader "/stat")) > 0) { close(leader "/stat"); next }
  wchan = ""
  getline wchan < ($0 "/wchan")
  close($0 "/wchan")
  gsub(/[^A-Za-z0-9_.]/, "?", wchan)
  pid = $0
  sub(/^.*\//, "", pid)
  printf "@%s\thung\t%s\t%s\t%s\t%s\n", ENVIRON["RESIDUUM_TOKEN"], pid, f[20], f[1], (wchan == "" || wchan == "0") ? "-" : wchan
}
'
}

# ---------------------------------------------------------------------------------------------- awk

# The text of probe.awk and secrets.awk stands here when the probe is sent. It holds no single quote.
awk_program() {
  printf '%s' '
@probe.awk@
'
}

{ main "$@"; exit; }
