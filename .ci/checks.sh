# Sourced by run and nightly: a tally over checks, each of them quiet unless it fails.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CI=true NO_COLOR=1 TURBO_TELEMETRY_DISABLED=1
unset FORCE_COLOR
exec </dev/null

passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# Under that Node and the pinned pnpm, as the README starts things.
node22=(npx -y -p node@22 -p pnpm@12.21.0)
node24=(npx -y -p node@24 -p pnpm@12.21.0)

# check NAME COMMAND...: counts one; a command that ends with a tally of tests counts those too.
check() {
  local name=$1 log began=$SECONDS tally status=0
  shift
  log=$(mktemp "$logs/XXXXXX")
  limited "$@" >"$log" 2>&1 || status=$?
  tally=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1 || true)
  if [ -n "$tally" ]; then
    # shellcheck disable=SC2086 # the tally is three numbers and words between them
    set -- $tally
    passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
    if [ "$3" -gt 0 ]; then status=1; fi
  fi
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    printf 'ok    %-22s %4ss  %s\n' "$name" $((SECONDS - began)) "$tally"
  else
    failed=$((failed + 1))
    printf 'FAIL  %-22s %4ss  exit %s\n' "$name" $((SECONDS - began)) "$status"
    tail -n 80 "$log" | sed 's/^/      | /'
  fi
}

# tests NAME COMMAND...: a check that must end with a tally, and with more than nothing in it.
tests() {
  local before=$passed failures=$failed
  check "$@"
  if [ "$failures" -eq "$failed" ] && [ $((passed - before)) -lt 2 ]; then
    failed=$((failed + 1))
    printf 'FAIL  %s ran no test\n' "$1"
  fi
}

# Nothing here may hang: what takes longer than its share of the run is a failure.
limited() {
  if command -v timeout >/dev/null 2>&1; then
    timeout --kill-after=10 "${LIMIT:-600}" "$@"
  else
    "$@"
  fi
}

# lanes FUNCTION...: runs them side by side, each with its checks in order, and adds up what they counted.
lanes() {
  local lane pids=() counted more_passed more_failed more_skipped
  for lane in "$@"; do
    (
      passed=0 failed=0 skipped=0
      "$lane"
      printf '%s %s %s\n' "$passed" "$failed" "$skipped" >"$logs/lane-$lane"
    ) &
    pids+=("$!")
  done
  for lane in "${pids[@]}"; do wait "$lane" || true; done
  for lane in "$@"; do
    counted=$(cat "$logs/lane-$lane" 2>/dev/null || true)
    if [ -z "$counted" ]; then
      failed=$((failed + 1))
      printf 'FAIL  the lane %s broke off\n' "$lane"
      continue
    fi
    read -r more_passed more_failed more_skipped <<<"$counted"
    passed=$((passed + more_passed)) failed=$((failed + more_failed)) skipped=$((skipped + more_skipped))
  done
}

finish() {
  printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  if [ "$failed" -ne 0 ]; then exit 1; fi
}
