# The awk half of the probe: escapes what nvidia-smi prints, reads /proc, remembers which facts it already sent.
# It stands where probe.sh says so, with secrets.awk behind it (shared/probe/script.ts puts them there), and runs in
# mawk, gawk and busybox awk.

BEGIN {
  FS = "\t"
  token = ENVIRON["RESIDUUM_TOKEN"]; mark = "@" token "\t"
  proc = ENVIRON["RESIDUUM_PROC_ROOT"]; foreign = ENVIRON["RESIDUUM_FOREIGN"]
  records = ENVIRON["RESIDUUM_RECORDS"] + 0
  for (i = 1; i < 256; i++) code_of[sprintf("%c", i)] = i
  quoted = proc; gsub(/\047/, "\047\\\047\047", quoted); quoted = "\047" quoted "\047"
  first = 1
}

# Lines of the shell carry the token; every other line is output of the driver call that is running.
index($0, mark) == 1 { if (blank > 0) blank--; flush_blank(); control(); next }
$0 == "" { blank++; next }
{ flush_blank(); driver_line($0) }

function flush_blank() { while (blank > 0) { blank--; driver_line("") } }

function control(   v) {
  v = $2
  if (v == "pid") { if ($3 ~ /^[0-9]+$/) list[++listed] = $3 }
  else if (v == "option") option($3)
  # Flushed at once: the host measures how long a call takes by these lines.
  else if (v == "call") { in_call = $3; outputs = 0; emit("call\t" $3 "\t" $4 "\t" $5); fflush() }
  else if (v == "done" || v == "stop") { in_call = ""; emit(v "\t" $3 "\t" $4 "\t" $5); fflush() }
  else if (v == "bus") emit("bus\t" escape($3))
  else if (v == "skip") emit("skip\t" $3)
  else if (v == "hung") emit("hung\t" $3 "\t" $4 "\t" $5 "\t" $6)
  else if (v == "begin") begin_frame()
  else if (v == "scan") scan()
  else if (v == "end") { print mark "end\t" $3 "\t" lines "\t" clock(); fflush() }
  else if (v == "quit") exit 0
  # hello and busy. What a login shell printed before may not end in a line feed.
  else { if (v == "hello") print ""; print $0; fflush() }
}

# The monotonic clock in hundredths of a second, now: the shell is ahead of us by a whole scan.
function clock(   l) {
  if ((getline l < "/proc/uptime") <= 0) l = "-"
  close("/proc/uptime")
  sub(/ .*/, "", l); sub(/\./, "", l)
  return l
}

function begin_frame() {
  print
  lines = 0; listed = 0; in_call = ""; full = first; kind = $4
  split("", list); split("", on_gpu); split("", root); split("", pattern); split("", want); patterns = 0
}

function option(text,   at, key, value, n, part, i) {
  at = index(text, "="); key = substr(text, 1, at - 1); value = substr(text, at + 1)
  n = split(value, part, ",")
  if (key == "full" && value == "1") full = 1
  for (i = 1; i <= n; i++) {
    if (key == "roots" && part[i] ~ /^[0-9]+$/) root[part[i]] = 1
    if (key == "want") want[part[i]] = 1
    if (key == "patterns" && part[i] != "") {
      gsub(/%20/, " ", part[i]); gsub(/%2C/, ",", part[i]); gsub(/%25/, "%", part[i])
      pattern[++patterns] = part[i]
    }
  }
}

function driver_line(text,   cell, n) {
  if (in_call == "") return
  # An answer that never ends must not fill the memory of the node; the parser finds this row unreadable.
  if (outputs > 400000) return
  text = substr(text, 1, 4096); outputs += length(text) + 20
  if (outputs > 400000) { emit("out\t[too much text]"); return }
  emit("out\t" escape(text))
  if (in_call !~ /^usage/) return
  n = split(text, cell, / *, */)
  cell[0] = (in_call ~ /^usage-no-bus/) ? cell[1] : cell[2]
  if (n > 1 && cell[0] ~ /^[0-9]+$/ && length(cell[0]) < 11) on_gpu[cell[0] + 0] = 1
}

function emit(text) { print text; lines++ }

# ---- text

# Backslash and every byte outside printable ASCII become \xHH, so that no text can forge a line or a terminal escape.
function escape(text,   out, i, c) {
  if (text !~ /[^ -~]|\\/) return text
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\\") out = out "\\\\"
    else if (c ~ /[ -~]/) out = out c
    else out = out sprintf("\\x%02X", code_of[c])
  }
  return out
}

# One file as one text, over its line feeds. -1 in status when it cannot be opened.
function slurp(file, most,   l, s, n, got) {
  s = ""; n = 0
  while ((got = (getline l < file)) > 0) { s = s (n++ ? "\n" : "") l; if (length(s) > most) break }
  status = (got < 0 && n == 0) ? -1 : 0
  close(file)
  return s
}

# The command lines of these pids into raw, with \001 for NUL. Longer ones are cut at a word, so that no secret is cut
# in two before it is masked.
function read_cmdlines(pids,   n, part, i, command, l, at, pid) {
  n = split(pids, part, " ")
  if (ENVIRON["RESIDUUM_CMDLINES"] == "") {
    for (i = 1; i <= n; i++) { l = slurp(proc "/" part[i] "/cmdline", 3072); gsub(/\0/, "\001", l); keep_cmdline(part[i], l) }
    return
  }
  command = "eval \"$RESIDUUM_CMDLINES\"; read_all " pids " 2>/dev/null </dev/null"
  while ((command | getline l) > 0) {
    at = index(l, "\t"); pid = substr(l, 1, at - 1); l = substr(l, at + 1)
    gsub(/\002/, "\n", l)
    if (pid ~ /^[0-9]+$/) keep_cmdline(pid, l)
  }
  close(command)
}

# The same without a process for each, where NULs and line feeds cannot be told apart: only to look for patterns in.
function read_records(pids,   n, part, i, l) {
  n = split(pids, part, " ")
  for (i = 1; i <= n; i++) { l = slurp(proc "/" part[i] "/cmdline", 3072); gsub(/\n/, "\001", l); raw[part[i]] = l }
}

# Then the processes that matter are read as they are, once for each text that was seen of them.
function replace_records(   i, pid, pids) {
  pids = ""
  for (i = 1; i <= listed; i++) {
    pid = list[i]
    if (!(pid in keep) || !(pid in raw)) continue
    if (record_of[pid] == start[pid] SUBSEP raw[pid]) { raw[pid] = exact[pid]; continue }
    record_of[pid] = start[pid] SUBSEP raw[pid]
    pids = pids " " pid
  }
  if (pids != "") read_cmdlines(pids)
  for (pid in record_of) { if (!(pid in keep)) { delete record_of[pid]; delete exact[pid] } else exact[pid] = raw[pid] }
}

function keep_cmdline(pid, text) {
  if (length(text) >= 3072) { text = substr(text, 1, 3072); sub(/[^ \t\n\001]*$/, "***", text) }
  raw[pid] = text
}

# ---- the process table

# /proc/PID/stat is "pid (comm) state ppid …"; comm may hold blanks, parentheses and line feeds: split at the last ")".
function read_stat(pid,   s, open, rest, at, k, f) {
  s = slurp(proc "/" pid "/stat", 8192)
  open = index(s, "("); rest = s; at = 0
  while ((k = index(rest, ")")) > 0) { at += k; rest = substr(rest, k + 1) }
  if (!open || !at || split(rest, f, " ") < 20 || f[1] !~ /^[A-Za-z]$/ || f[2] !~ /^[0-9]+$/ || f[20] !~ /^[0-9]+$/) return 0
  comm[pid] = substr(s, open + 1, at - open - 1)
  state[pid] = f[1]; ppid[pid] = f[2]; start[pid] = f[20]
  return 1
}

function scan(   i, j, pid, missing, named, unreadable, vanished, hit) {
  split("", comm); split("", state); split("", ppid); split("", start); split("", raw); split("", kids)
  split("", keep); split("", engine); split("", failed); missing = ""; named = ""; unreadable = 0
  for (i = 1; i <= listed; i++) {
    pid = list[i]
    if (!read_stat(pid)) { missing = missing " " pid; continue }
    kids[ppid[pid]] = kids[ppid[pid]] " " pid
    # Kernel threads are the children of kthreadd, pid 2, and have no command line.
    if (pid != 2 && ppid[pid] != 2) named = named " " pid
  }
  if (records) read_records(named); else read_cmdlines(named)
  for (pid in start) {
    hit = raw[pid]; gsub(/\001/, " ", hit)
    for (j = 1; j <= patterns; j++) if (index(comm[pid], pattern[j]) || index(hit, pattern[j])) { engine[pid] = 1; break }
  }
  unreadable = missing == "" ? 0 : count_still_there(missing)
  vanished = missing == "" ? 0 : split(missing, failed, " ") - unreadable
  for (pid in root) if (pid in start) engine[pid] = 1
  split("", hit_list)
  for (pid in engine) hit_list[pid] = 1
  for (pid in hit_list) { keep_descendants(pid); keep_ancestors(pid) }
  for (pid in on_gpu) if (pid in start) keep_ancestors(pid)
  if (records) replace_records()
  node_facts()
  for (i = 1; i <= listed; i++) if (list[i] in keep) process_line(list[i])
  # The host, too, forgets the facts of a process that a frame does not show.
  for (pid in sent) if (!(pid in keep)) delete sent[pid]
  say_absent()
  if ("environment" in want) for (i = 1; i <= listed; i++) if (list[i] in engine) environment(list[i])
  if ("sockets" in want) sockets()
  if ("holders" in want) holders()
  emit("scan\t" listed "\t" unreadable "\t" vanished "\t" clock())
  first = 0
}

function keep_ancestors(pid,   steps) {
  for (steps = 0; pid in start && steps < 512; steps++) { keep[pid] = 1; pid = ppid[pid] }
}

# Descendants of engine processes are engine processes; raylet and init have the whole machine below them.
function keep_descendants(top,   stack, depth, pid, n, part, i) {
  depth = 1; stack[1] = top
  while (depth > 0) {
    pid = stack[depth--]
    keep[pid] = 1; engine[pid] = 1
    if (pid == 1 || comm[pid] == "raylet") continue
    n = split(kids[pid], part, " ")
    # Those that were hits themselves get their own turn.
    for (i = 1; i <= n; i++) if (!(part[i] in engine)) stack[++depth] = part[i]
  }
}

function process_line(pid,   s, l, rss, shmem, uid, nspid, file, fact) {
  rss = shmem = uid = nspid = "-"
  file = proc "/" pid "/status"
  while ((getline l < file) > 0) {
    if (l ~ /^Uid:/) { split(l, s, /[ \t]+/); uid = s[2] }
    else if (l ~ /^NSpid:/) { nspid = l; sub(/^NSpid:[ \t]*/, "", nspid); gsub(/[ \t]+/, " ", nspid); sub(/ $/, "", nspid) }
    else if (l ~ /^VmRSS:/) { split(l, s, /[ \t]+/); rss = s[2] }
    else if (l ~ /^RssShmem:/) { split(l, s, /[ \t]+/); shmem = s[2] }
  }
  close(file)
  emit("proc\t" pid "\t" start[pid] "\t" state[pid] "\t" ppid[pid] "\t" number(rss) "\t" number(shmem))
  fact = start[pid] "\t" number(uid) "\t" (nspid ~ /^[0-9 ]+$/ ? nspid : "-") "\t" escape(cgroup(pid)) "\t" escape(comm[pid])
  fact = fact "\t" escape(substr(mask_arguments(raw[pid]), 1, 512))
  if (full || sent[pid] != fact) { emit("fact\t" pid "\t" fact); sent[pid] = fact }
}

function number(text) { return text ~ /^[0-9]+$/ ? text : "-" }

# cgroup v2 has one line, "0::PATH"; v1 has many, and the one that names a container has 64 hexadecimal digits in it.
function cgroup(pid,   file, l, best) {
  file = proc "/" pid "/cgroup"; best = ""
  while ((getline l < file) > 0) {
    if (l ~ /^0::/ && best == "" || l ~ /[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]/ || best == "") best = l
  }
  close(file)
  sub(/^[^:]*:[^:]*:/, "", best)
  return best == "" ? "-" : substr(best, 1, 300)
}

# Which of these are still listed: they exist and would not be read (hidepid), the others ended meanwhile.
function count_still_there(pids,   command, l, n) {
  command = "cd " quoted " 2>/dev/null && for p in" pids "; do [ -d $p ] && echo $p; done 2>/dev/null </dev/null"
  n = 0
  while ((command | getline l) > 0) { n++; if (l in on_gpu) still[l] = 1 }
  close(command)
  return n
}

# Pids that the driver lists and the table does not have. The text of kill tells EPERM (alive) from ESRCH (gone): a
# process that hidepid hides must not look dead.
function say_absent(   pid, pids, command, l, s) {
  pids = ""
  for (pid in on_gpu) {
    if (pid in start) continue
    if (!foreign) { pids = pids " " pid; continue }
    emit("gone\t" pid "\t" (pid in still ? "alive" : "gone"))
  }
  split("", still)
  if (pids == "") return
  command = "for p in" pids "; do if m=$(kill -0 $p 2>&1); then echo $p alive; else case $m in *\"not permitted\"* | *\"ermission denied\"*) echo $p alive ;; *\"o such process\"*) echo $p gone ;; *) echo $p unreadable ;; esac; fi; done 2>/dev/null </dev/null"
  while ((command | getline l) > 0) { split(l, s, " "); emit("gone\t" s[1] "\t" s[2]) }
  close(command)
}

# One entry a line: tr turns NUL into a line feed, and a line feed inside a value into \001. Names are looked at; the
# values of all variables that are not on the list are forgotten here.
function environment(pid,   command, l, at, name) {
  slurp(proc "/" pid "/environ", 0)
  if (status < 0) { emit("env\t" pid "\t-\tunreadable"); return }
  emit("env\t" pid "\t-\tread")
  command = "tr \047\\000\\n\047 \047\\n\\001\047 2>/dev/null <" quoted "/" pid "/environ"
  while ((command | getline l) > 0) {
    at = index(l, "="); name = substr(l, 1, at - 1)
    if (name ~ /^(PYTORCH_CUDA_ALLOC_CONF|PYTORCH_ALLOC_CONF|SGLANG_MEMORY_SAVER_CUDA_GRAPH|MILES_MAX_RESIDUAL_GPU_MEM_GB|CUDA_VISIBLE_DEVICES|RANK|LOCAL_RANK)$/)
      { hide = ""; emit("env\t" pid "\t" name "\t" escape(substr(mask_words(substr(l, at + 1), 1), 1, 512))) }
  }
  close(command)
}

# ls -l of folders in /proc. The name of an open file may hold line feeds and arrows: -q prints the former as a question
# mark (busybox does without being told, and has no -q), and only the first arrow is the one of ls.
function listing(what) {
  return "cd " quoted " 2>/dev/null && if ls -q . >/dev/null 2>&1; then ls -lq " what "; else ls -l " what "; fi 2>/dev/null </dev/null"
}

function target(l,   at) { at = index(l, " -> "); return at ? substr(l, at + 4) : "" }

# LISTEN sockets (state 0A) whose inode is among the descriptors of a process of an engine. One ls for all of them; the
# first is named twice, because ls prints no headers for a single folder. A folder that may not be read has no total.
function sockets(   i, folders, spaces, command, l, pid, readable, inode, ours, other) {
  folders = ""; spaces = ""; pid = ""
  for (i = 1; i <= listed; i++) if (list[i] in engine) {
    if (folders == "") folders = list[i] "/fd"
    folders = folders " " list[i] "/fd"; spaces = spaces " " list[i] "/ns/net"
  }
  if (folders == "") return
  split("", readable); split("", inode); split("", other); ours = ""
  command = listing(folders)
  while ((command | getline l) > 0) {
    if (l ~ /^[0-9]+\/fd:$/) { pid = l; sub(/\/.*/, "", pid) }
    else if (pid != "" && l ~ /^total /) readable[pid] = 1
    else if (pid != "" && (l = target(l)) ~ /^socket:\[[0-9]+\]$/) inode[pid, substr(l, 9, length(l) - 9)] = 1
  }
  close(command)
  # In a network namespace of its own a process has addresses that are not those of the node.
  command = foreign ? "" : "ls -l /proc/self/ns/net 2>/dev/null </dev/null; " listing(spaces)
  while (command != "" && (command | getline l) > 0) {
    pid = l; sub(/ -> .*/, "", pid); sub(/\/ns\/net$/, "", pid); sub(/^.* /, "", pid)
    if (pid == "/proc/self") ours = target(l)
    else if (ours != "" && target(l) ~ /^net:/ && target(l) != ours) other[pid] = 1
  }
  if (command != "") close(command)
  for (i = 1; i <= listed; i++) {
    pid = list[i]
    if (!(pid in engine)) continue
    emit("listen\t" pid "\t-\t" (!(pid in readable) ? "unreadable" : pid in other ? "other-namespace" : "read") "\t-")
    if (pid in readable && !(pid in other)) { listening(pid, "tcp", inode); listening(pid, "tcp6", inode) }
  }
}

function listening(pid, family, inode,   file, l, s, at) {
  file = proc (foreign ? "" : "/" pid) "/net/" family
  while ((getline l < file) > 0) {
    if (l !~ / 0A /) continue
    sub(/^ +/, "", l)
    if (split(l, s, / +/) < 10 || s[4] != "0A" || !((pid, s[10]) in inode)) continue
    at = index(s[2], ":")
    emit("listen\t" pid "\t" family "\t" substr(s[2], 1, at - 1) "\t" from_hex(substr(s[2], at + 1)))
  }
  close(file)
}

function from_hex(text,   i, value) {
  value = 0
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
  return value
}

# Memory of a gone pid is usually held by a living process that has the same device file open.
function holders(   command, l, pid, path, seen) {
  split("", seen)
  command = listing("[0-9]*/fd")
  pid = ""
  while ((command | getline l) > 0) {
    if (l ~ /^[0-9]+\/fd:$/) { pid = l; sub(/\/.*/, "", pid) }
    else if (pid != "") {
      path = target(l)
      if (path ~ /^\/dev\/nvidia[^ ]*$/ && !((pid, path) in seen)) { seen[pid, path] = 1; emit("holder\t" pid "\t" escape(path)) }
    }
  }
  close(command)
}

# ---- the node

function node_facts(   l, file, s, n, i) {
  file = proc "/meminfo"
  while ((getline l < file) > 0) {
    if (l ~ /^MemTotal:/ && full) { split(l, s, /[ \t]+/); fact("memTotalKiB", s[2]) }
    if (l ~ /^MemAvailable:/) { split(l, s, /[ \t]+/); fact("memAvailableKiB", s[2]) }
  }
  close(file)
  if (!full) return
  fact("hostname", slurp(proc "/sys/kernel/hostname", 300))
  fact("bootId", slurp(proc "/sys/kernel/random/boot_id", 100))
  file = proc "/stat"
  while ((getline l < file) > 0) if (l ~ /^btime /) fact("bootTime", substr(l, 7))
  close(file)
  fact("driverVersion", driver_version())
  fact("pidNamespace", ENVIRON["RESIDUUM_PID_NAMESPACE"])
  fact("hidepid", hidepid())
  fact("ticksPerSecond", ENVIRON["RESIDUUM_TICKS"])
  fact("uid", ENVIRON["RESIDUUM_UID"])
  if (foreign) fact("procRoot", proc)
}

function fact(key, value) { if (value != "") emit("node\t" key "\t" escape(value)) }

# "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 …"
function driver_version(   l, n, word, i) {
  l = slurp(ENVIRON["RESIDUUM_DRIVER_FILE"], 1000)
  n = split(l, word, /[ \t\n]+/)
  for (i = 1; i <= n; i++) if (word[i] ~ /^[0-9]+\.[0-9.]+$/) return word[i]
  return ""
}

function hidepid(   file, l, s, value) {
  file = proc "/mounts"; value = ""
  while ((getline l < file) > 0) {
    if (split(l, s, " ") >= 4 && s[2] == "/proc" && s[3] == "proc") value = match(s[4], /hidepid=[a-z0-9]+/) ? substr(s[4], RSTART + 8, RLENGTH - 8) : "0"
  }
  close(file)
  return value
}
