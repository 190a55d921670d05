# Runs stages in lanes, shows what failed whole and what passed in a line, says each half minute what runs, and closes with a table.
#
# The lanes `debug` and `release` run beside each other, their stages one after another: each has a folder of cargo's with a lock, and
# where one waits for a single linker or a test of one thread, the other has the second processor. What measures comes last, `alone`.
# Nothing but lines is printed: a log reads like a terminal.

REPORTS=target/reports
BEAT_SECONDS=30

field() { echo "$1" | cut -d'|' -f"$2"; }
name_of() { field "$1" 1; }
lane_of() { field "$1" 4; }
slug() { echo "${1// /-}"; }
# The row of a name; fails if there is none.
row_of() {
  local row
  for row in "${STAGES[@]}"; do [ "$(name_of "$row")" = "$1" ] && echo "$row" && return 0; done
  return 1
}

# How a stage ended: `result|wall|cpu|why`.
result_of() { cat "$REPORTS/$(slug "$1").result" 2>/dev/null; }

# Whether an earlier stage of the lane has passed, if it was asked for; says so if it has not.
passed() {
  local name
  for name in "${WANTED[@]}"; do
    [ "$name" != "$1" ] || [ "$(result_of "$1" | cut -d'|' -f1)" = passed ] || { echo "$1 has not passed"; return 1; }
  done
}

# What a row needs; says what is missing.
needs_of() {
  local thing
  for thing in $(field "$1" 5); do
    if row_of "$thing" >/dev/null; then passed "$thing" || return 1; else need "$thing" || return 1; fi
  done
}

run_stage() { # row
  local name log missing started seconds result=passed
  name=$(name_of "$1") log=$REPORTS/$(slug "$(name_of "$1")")
  echo "what $name needs|$SECONDS" >"$REPORTS/lane.$(lane_of "$1")"
  missing=$(needs_of "$1") || {
    rm -f "$REPORTS/lane.$(lane_of "$1")"
    echo "--- $name: skipped ($missing)"
    echo "skipped|-|-|$missing" >"$log.result"
    return
  }
  echo "--- $name"
  started=$SECONDS
  echo "$name|$started" >"$REPORTS/lane.$(lane_of "$1")"
  TIMEFORMAT='%U %S'
  { time eval "$(field "$1" 6-)" >"$log.log" 2>&1 </dev/null; } 2>"$log.time" || result=FAILED
  rm -f "$REPORTS/lane.$(lane_of "$1")"
  seconds=$(awk '{ printf "%.0f", $1 + $2 }' "$log.time")
  { said "$result" "$log.log"; echo "    $name: $result after $((SECONDS - started)) s"; } >"$log.said"
  cat "$log.said"
  rm -f "$log.said" "$log.time"
  echo "$result|$((SECONDS - started))|$seconds|" >"$log.result"
}

# Of what passed the sums, of what failed all of it.
said() { # result, log
  if [ "$1" = FAILED ]; then cat "$2"; return; fi
  grep -E '^test result|^Ran |passed, [0-9]+ failed|^shrunk|: shrunk|mutants' "$2" | sort | uniq -c | sed 's/^/    /' | head -n 12
}

run_lane() { # lane
  local name row
  for name in "${WANTED[@]}"; do
    row=$(row_of "$name")
    [ "$(lane_of "$row")" = "$1" ] && run_stage "$row"
  done
  return 0
}

# A line each half minute: what runs, and for how long.
beat() {
  local file name since line sleeper
  # A `sleep` left behind would hold the output open.
  trap 'kill "$sleeper" 2>/dev/null; exit 0' TERM
  while :; do
    sleep "$BEAT_SECONDS" >/dev/null 2>&1 &
    sleeper=$!
    wait "$sleeper"
    line=
    for file in "$REPORTS"/lane.*; do
      [ -e "$file" ] || continue
      IFS='|' read -r name since <"$file" || continue
      line+="${line:+; }$name, $((SECONDS - since)) s"
    done
    echo "... ${line:-between two stages, $SECONDS s}"
  done
}

wanted() { # row, arguments
  local row=$1 name kind
  shift
  name=$(name_of "$row") kind=$(field "$row" 3)
  case "${1:-}" in
    "") [ "$kind" = gate ] ;;
    full) true ;;
    *) for arg in "$@"; do [ "$arg" = "$name" ] && return 0; done; return 1 ;;
  esac
}

main() {
  local row beater lanes
  if [ "${1:-}" = --list ]; then
    for row in "${STAGES[@]}"; do printf '%-24s %s\n' "$(name_of "$row")" "$(field "$row" 3)"; done
    exit 0
  fi
  WANTED=()
  for row in "${STAGES[@]}"; do wanted "$row" "$@" && WANTED+=("$(name_of "$row")"); done
  [ "${#WANTED[@]}" -gt 0 ] || { echo "no such stage; tests/run --list names them"; exit 2; }
  mkdir -p "$REPORTS"
  rm -f "$REPORTS"/*.result "$REPORTS"/lane.*
  beat &
  beater=$!
  # Each in a shell of its own: the processor time of one lane is not that of a stage in the other.
  run_lane debug &
  lanes=$!
  run_lane release &
  lanes+=" $!"
  trap 'kill "$beater" 2>/dev/null' EXIT
  trap 'kill $lanes 2>/dev/null; exit 130' INT TERM
  wait $lanes
  run_lane alone
  kill "$beater" 2>/dev/null
  wait "$beater" 2>/dev/null
  close
}

close() {
  local name result took cpu why budget note passed=0 failed=() skipped=()
  echo
  printf '%-24s %7s %7s %8s  result\n' stage took cpu budget
  for name in "${WANTED[@]}"; do
    IFS='|' read -r result took cpu why <<<"$(result_of "$name")"
    budget=$(field "$(row_of "$name")" 2) note=
    case ${result:=FAILED} in
      passed) passed=$((passed + 1)) ;;
      skipped) skipped+=("$name: $why") ;;
      *) failed+=("$name") ;;
    esac
    [ "$cpu" = - ] || [ "${cpu:-0}" -le "$budget" ] || note=", over its budget"
    printf '%-24s %5s s %5s s %6s s  %s%s\n' "$name" "${took:--}" "${cpu:--}" "$budget" "$result" "$note"
  done
  echo "$SECONDS s in all; a budget is of processor time, which a busy machine does not change"
  if [ "${#skipped[@]}" = 0 ]; then echo "skipped: nothing"; else printf 'skipped: %s\n' "${skipped[@]}"; fi
  for name in ${failed[@]+"${failed[@]}"}; do echo "failed: $name    again: bash tests/run '$name'"; done
  echo "$passed passed, ${#failed[@]} failed, ${#skipped[@]} skipped"
  [ "${CI:-}" != true ] || [ "${#skipped[@]}" = 0 ] || exit 1
  [ "${#failed[@]}" = 0 ]
  exit $?
}
