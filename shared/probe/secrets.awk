# The part of the probe that hides secrets: here, on the node, before anything travels. script.ts joins it to probe.awk.

# hide says what follows is a secret: "one" word, "all" words until a flag, or those until a closing quote.
function mask_arguments(raw,   n, arg, i, count, out) {
  n = split(raw, arg, "\001"); count = 0; out = ""; hide = ""
  for (i = 1; i <= n; i++) if (arg[i] != "") count++
  for (i = 1; i <= n; i++) {
    if (arg[i] == "") continue
    if (count > 1 && hide != "" && arg[i] !~ /^--[A-Za-z]/) { out = out " ***"; if (hide != "all") hide = "" }
    else out = out " " mask_words(arg[i], count > 1)
  }
  gsub(/^[ \t\n]+|[ \t\n]+$/, "", out)
  return out
}

# A process title is one argument with blanks inside; of an argument among others everything after a secret is hidden.
function mask_words(text, to_end,   out, word, gap) {
  out = ""
  while (text != "") {
    word = text; gap = ""
    if (match(text, /[ \t\n]+/)) { word = substr(text, 1, RSTART - 1); gap = substr(text, RSTART, RLENGTH) }
    text = substr(text, length(word gap) + 1)
    if (word != "" && hide != "" && (hide ~ /["\047]/ || word !~ /^--[A-Za-z]/)) {
      if (hide == "one") hide = open_quote(word)
      else if (hide != "all" && index(word, hide)) hide = ""
      word = "***"
    } else if (word != "") { hide = ""; word = mask_word(word) }
    out = out word gap
    if (to_end && text != "" && (hide != "" || word ~ /[:=]\*\*\*$/)) { hide = ""; return out "***" }
  }
  return out
}

# The quote that a value begins with and that is not closed in it.
function open_quote(value,   quote) {
  sub(/^\\+/, "", value); quote = substr(value, 1, 1)
  return (quote ~ /["\047]/ && !index(substr(value, 2), quote)) ? quote : ""
}

function mask_word(word,   low, tail, head) {
  gsub(/:\/\/[^ ]*@/, "://***@", word)
  head = ""
  while (match(word, /(^|[^A-Za-z0-9])(sk-|hf_)[A-Za-z0-9_-]+/)) {
    tail = substr(word, RSTART, 1)
    head = head substr(word, 1, RSTART - 1) (tail ~ /[A-Za-z0-9]/ ? "" : tail) "***"
    word = substr(word, RSTART + RLENGTH)
  }
  word = head word
  low = tolower(word)
  if (match(low, /(authorization|bearer)[\\"\047]*[:=]?/)) {
    hide = "all"
    tail = substr(word, RSTART + RLENGTH)
    return substr(word, 1, RSTART + RLENGTH - 1) (tail == "" ? "" : "***")
  }
  if (match(low, /(key|token|password|passwd|secret)[a-z0-9_.-]*[\\"\047]*[:=]/)) {
    tail = substr(word, RSTART + RLENGTH)
    if (tail == "") hide = "one"
    else hide = open_quote(tail)
    return substr(word, 1, RSTART + RLENGTH - 1) (tail == "" ? "" : "***")
  }
  if (low ~ /^--?[^= ]*(key|token|password|passwd|secret)/) hide = "one"
  return word
}
