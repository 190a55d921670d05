# Stages that are more than one command.

SIM=target/release/sim

# The kernel alone and the whole machine, down to code.
stage_wasm() {
  cargo build --locked -p machine --target wasm32-unknown-unknown --no-default-features &&
    cargo build --locked -p machine --target wasm32-unknown-unknown
}

# The tests that exist only in a build with planted bugs. All others run without them, as shipped. Their names are in one list, and a
# new one that is missing there is noticed by the count.
stage_planted_tests() {
  local out=target/reports/planted.out written passed
  cargo test --locked --workspace --exclude machine --features planted --lib --test readme -- planted the_failing_run >"$out" 2>&1
  local code=$?
  cat "$out"
  [ "$code" = 0 ] || return 1
  written=$(grep -rA2 --include='*.rs' -F '#[cfg(feature = "planted")]' machine sim | grep -cF '#[test]')
  passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$out" | awk '{ sum += $1 } END { print sum + 0 }')
  [ "$passed" = "$written" ] && [ "$passed" -gt 0 ] && return 0
  echo "$written tests need planted bugs, and $passed ran: their names hold \`planted\`, or stand in this stage"
  return 1
}

stage_documentation() {
  RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
}

# The load is a stage of its own in the long form; the gate runs the smaller one of it.
scenario_files() { find scenarios -name '*.toml' -not -path 'scenarios/load/*' | LC_ALL=C sort; }

# Every scenario passes, with real keys and with sealed ones.
stage_scenarios() {
  local file failed=0 count=0
  while read -r file; do
    for crypto in real sealed; do
      count=$((count + 1))
      $SIM run "$file" --crypto "$crypto" >target/scenario.out 2>&1 ||
        { failed=$((failed + 1)); cat target/scenario.out; echo "again: sim run $file --crypto $crypto"; }
    done
  done < <(scenario_files)
  load a_thousand_users --crypto sealed || failed=$((failed + 1))
  echo "$((count - failed)) passed, $failed failed"
  [ "$failed" = 0 ] && [ "$count" -gt 0 ]
}

# 200 seeds of the trust loop under a swarm of faults; the node is killed and torn in most of them.
stage_swarm() {
  $SIM run scenarios/trust_loop.toml --seeds 200 --faults swarm --json >target/swarm.json || return 1
  cat target/swarm.json
  python3 - <<'PY'
import json
report = json.load(open("target/swarm.json"))
assert report["seeds"] == 200 and report["killed_and_torn"] > 100, report
PY
  $SIM run scenarios/every_event.toml --seeds 50 --faults swarm --crypto sealed
}

# Each planted bug is found within 200 seeds, shrunk, fails again as written, and passes once it is switched off.
stage_planted() {
  local bug dir failed=0
  dir=$(mktemp -d) || return 1
  for bug in ack_before_sync forget_window reward_twice; do
    (cd "$dir" && "$OLDPWD/$SIM" run "$OLDPWD/scenarios/trust_loop.toml" --seeds 200 --faults swarm --crypto sealed --planted "$bug") >"$dir/$bug.out"
    [ $? = 1 ] || { echo "$bug: not found in 200 seeds"; failed=1; continue; }
    mv "$dir"/trust_loop.seed-*.toml "$dir/$bug.toml" || { failed=1; continue; }
    grep -E '^shrunk' "$dir/$bug.out" | sed "s/^/$bug: /"
    $SIM run "$dir/$bug.toml" --crypto sealed --planted "$bug" >/dev/null; [ $? = 1 ] || { echo "$bug: shrunk, it does not fail"; failed=1; }
    $SIM run "$dir/$bug.toml" --crypto real --planted "$bug" >/dev/null; [ $? = 1 ] || { echo "$bug: with real keys, it does not fail"; failed=1; }
    $SIM run "$dir/$bug.toml" --crypto sealed >/dev/null || { echo "$bug: switched off, it still fails"; failed=1; }
  done
  rm -rf "$dir"
  return $failed
}

# A second implementation, in another language and from the specification's text alone, replays what `sim` leaves.
stage_second() {
  local dir failed=0 file
  python3 -m unittest discover -q -s tests/foreign/replay || return 1
  for file in scenarios/every_event.toml scenarios/trust_loop.toml scenarios/smoke/refused_duplicate_device.toml \
    scenarios/smoke/refused_anchor_unknown.toml scenarios/smoke/session_evicted.toml; do
    dir=$(mktemp -d) || return 1
    $SIM run "$file" --out "$dir/ledger" >/dev/null && python3 tests/foreign/replay/replay.py "$dir/ledger" || failed=1
    [ "$file" != scenarios/every_event.toml ] || proofs "$dir/ledger" || failed=1
    rm -rf "$dir"
  done
  return $failed
}

# The proofs beside the explanations of a ledger's rewards hold for somebody who has nothing but the log's key; forged ones do not.
proofs() {
  local key proofs
  key=$($SIM explain reward --ledger "$1" | sed -n "s/.*the log's key is //p" | head -n 1)
  proofs=$($SIM explain reward --ledger "$1" --json)
  python3 tests/foreign/replay/proof.py "$key" <<<"$proofs" || return 1
  # a character of an entry, and one of the key
  ! python3 tests/foreign/replay/proof.py "$key" <<<"${proofs//REFERRAL_USE/REFERRAL_USA}" &&
    ! python3 tests/foreign/replay/proof.py "${key/sim./sin.}" <<<"$proofs"
}

# Our own lint on our own tree: the machine ends without a waiver; the layers are in zero-sim.toml. It is the binary that the tests
# built; alone this stage builds it in the same way.
stage_own_lint() {
  local proven
  cargo test --locked --workspace --quiet --no-run --test rules || return 1
  proven=$(target/debug/zero-sim rules --prove) || { echo "$proven"; return 1; }
  tail -n 1 <<<"$proven"
  target/debug/zero-sim check --all
}

# The long form: every scenario over many seeds under a swarm of faults. Those by the clock expect a window that delays move:
# they run without faults. Those of hundreds of users run on rough days: under the rates of a swarm a node would be killed again and
# again while it reads their ledgers back. An attacker must have heard something.
stage_all_seeds() {
  local file seeds faults
  while read -r file; do
    case $file in
      */refused_aegis.toml | */refused_messages.toml | */refused_rate_*.toml | */refused_session_inactive.toml) seeds=20 faults=off ;;
      */every_tier.toml | */refused_cap.toml | */refused_too_deep.toml | */a_crowd.toml) seeds=30 faults=scenarios/faults/a_rough_day.toml ;;
      */an_attacker_on_the_wire.toml) seeds=100 faults=scenarios/faults/a_node_that_crashes.toml ;;
      *) seeds=100 faults=swarm ;;
    esac
    $SIM run "$file" --seeds $seeds --faults $faults --crypto sealed >target/seeds.out || { cat target/seeds.out; return 1; }
    tail -n 1 target/seeds.out
  done < <(scenario_files)
}

# A workload, and how it ended.
load() {
  local code
  $SIM run "scenarios/load/$1.toml" "${@:2}" >target/load.out
  code=$?
  tail -n 6 target/load.out
  return $code
}

# Ten thousand users and a hundred thousand events, with sealed signatures and with real ones.
stage_load() { load ten_thousand_users --crypto sealed && load ten_thousand_users; }

# The laws over 20,000 sequences of events, and as many changed events.
stage_laws() {
  PROPTEST_CASES=20000 cargo test --locked --release -p sim --test laws
}

stage_benches() {
  cargo bench --locked -p sim --bench engine && cargo bench --locked -p sim --bench trust &&
    cargo bench --locked -p machine --bench replay
}
