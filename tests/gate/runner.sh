# Runs stages one after another, shows what failed whole and what passed in a line, and closes with a table.

TABLE=()
FAILED=()
SKIPPED=()

field() { echo "$1" | cut -d'|' -f"$2"; }

run_stage() {
  local name budget needs command missing started took note=""
  name=$(field "$1" 1) budget=$(field "$1" 2) needs=$(field "$1" 4) command=$(field "$1" 5-)
  for thing in $needs; do
    if ! missing=$(need "$thing"); then
      SKIPPED+=("$name: $missing")
      TABLE+=("$(printf '%-24s %6s %8s  skipped' "$name" - "${budget} s")")
      echo "--- $name: skipped ($missing)"
      return
    fi
  done
  echo "--- $name"
  started=$(date +%s)
  mkdir -p target/reports
  if eval "$command" >"target/reports/${name// /-}.log" 2>&1 </dev/null; then
    grep -E '^test result|^Ran |passed, [0-9]+ failed|^shrunk|: shrunk' "target/reports/${name// /-}.log" | sort | uniq -c | sed 's/^/    /' | head -n 12
    result=passed
  else
    cat "target/reports/${name// /-}.log"
    FAILED+=("$name")
    result=FAILED
  fi
  took=$(($(date +%s) - started))
  [ "$took" -le "$budget" ] || note=", over its budget"
  TABLE+=("$(printf '%-24s %4s s %6s s  %s%s' "$name" "$took" "$budget" "$result" "$note")")
}

wanted() { # row, arguments
  local row=$1 name kind
  shift
  name=$(field "$row" 1) kind=$(field "$row" 3)
  case "${1:-}" in
    "") [ "$kind" = gate ] ;;
    full) true ;;
    *) for arg in "$@"; do [ "$arg" = "$name" ] && return 0; done; return 1 ;;
  esac
}

main() {
  local row started
  if [ "${1:-}" = --list ]; then
    for row in "${STAGES[@]}"; do printf '%-24s %s\n' "$(field "$row" 1)" "$(field "$row" 3)"; done
    exit 0
  fi
  started=$(date +%s)
  for row in "${STAGES[@]}"; do wanted "$row" "$@" && run_stage "$row"; done
  [ "${#TABLE[@]}" -gt 0 ] || { echo "no such stage; tests/run --list names them"; exit 2; }
  close "$(($(date +%s) - started))"
}

close() {
  echo
  printf '%-24s %6s %8s  result\n' stage took budget
  printf '%s\n' "${TABLE[@]}"
  echo "$1 s in all"
  if [ "${#SKIPPED[@]}" = 0 ]; then echo "skipped: nothing"; else printf 'skipped: %s\n' "${SKIPPED[@]}"; fi
  for name in "${FAILED[@]}"; do echo "failed: $name    again: bash tests/run '$name'"; done
  local bad=${#FAILED[@]}
  [ "${CI:-}" = true ] && bad=$((bad + ${#SKIPPED[@]}))
  echo "$((${#TABLE[@]} - ${#FAILED[@]} - ${#SKIPPED[@]})) passed, ${#FAILED[@]} failed, ${#SKIPPED[@]} skipped"
  [ "$bad" = 0 ]
  exit $?
}
