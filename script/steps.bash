# The parts of script/test: steps, each with a time limit, and lanes of steps that run in parallel. A
# step's output goes to build/reports/STEP.log and is shown if the step fails. Source this file.

reports=$PWD/build/reports
rm -rf "$reports"
mkdir -p "$reports"
running=() # processes to end when this one is ended

# A step runs in its own process group, so that everything it started ends with it.
stop() {
  trap - INT TERM
  kill "${running[@]}" 2>/dev/null
  exit 130
}
trap stop INT TERM

# Sets $spent to the processor time of this shell's children so far, in seconds. A server that detaches
# from its parent, as PostgreSQL does, is not included.
spend() {
  local file=$reports/times.$BASHPID
  times >"$file"
  spent=$(sed -n '2s/[ms]/ /gp' "$file" | awk '{print int($1 * 60 + $2 + $3 * 60 + $4)}')
  rm "$file"
}

# step NAME COUNT COMMAND...: runs a command for at most $limit. COUNT NAME STATUS prints how many passed and failed.
step() {
  local name=$1 count=$2 began=$SECONDS status counts spent before
  shift 2
  echo "$name" >>"$reports/steps"
  echo "== $name"
  spend
  before=$spent
  timeout --kill-after=30 "${limit:-25m}" bash -c '"$@"' step "$@" </dev/null >"$reports/$name.log" 2>&1 &
  running=($!)
  wait $!
  status=$?
  running=()
  spend
  counts=$("$count" "$name" "$status")
  # The command failed for a reason other than a failed test.
  [ "$status" -eq 0 ] || [ "${counts#* }" -ne 0 ] || counts="${counts% *} 1"
  echo "$counts $((SECONDS - began)) $((spent - before))" >"$reports/$name.result"
  {
    flock 9
    [ "${counts#* }" -eq 0 ] || show "$name" "$status"
    echo "   $name: ${counts% *} passed, ${counts#* } failed, $((SECONDS - began)) s"
  } 9>"$reports/lock"
}

# Prints the output of a failed step, without GoogleTest's lines about passed tests.
show() {
  echo "FAILED: $1 (status $2)"
  awk '/^\[ RUN /{held = $0; next}
       /^\[ +OK /{if (held != "") {held = ""; next}}
       {if (held != "") print held; held = ""; print}
       END {if (held != "") print held " (did not end)"}' "$reports/$1.log"
}

count_nothing() { if [ "$2" -eq 0 ]; then echo "0 0"; else echo "0 1"; fi; }
count_one() { if [ "$2" -eq 0 ]; then echo "1 0"; else echo "0 1"; fi; }
count_node() {
  awk '/^# pass [0-9]+$/ {good = $3; told = 1}
       /^# (fail|cancelled|skipped|todo) [0-9]+$/ {bad += $3}
       END {if (!told) bad = 1; print good + 0, bad + 0}' "$reports/$1.tap" 2>/dev/null || echo "0 1"
}
# Each ctest part leaves a report. A part without one was ended before it finished.
count_cpp() {
  find "$gtest_reports" -name '*.xml' -exec cat {} + | awk -v parts="$gtest_parts" '
    function value(name) {
      if (!match($0, " " name "=\"[0-9]+")) return 0
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
    }
    /<testsuites / {
      ran += value("tests")
      bad += value("failures") + value("errors")
      parts -= 1
    }
    END {print ran - bad, bad + (parts > 0 ? parts : 0)}'
}

# must NAME COMMAND...: ends the tests if the command fails, because nothing can be tested then.
must() {
  limit=60m step "$1" count_nothing "${@:2}"
  [ "$(cut -d ' ' -f 2 "$reports/$1.result")" -eq 0 ] || finish
}

# check NAME COMMAND...: runs a command that counts as one test.
check() { step "$1" count_one "${@:2}"; }

# cpp_tests NAME BUILD-FOLDER: runs the GoogleTest cases through ctest.
cpp_tests() {
  gtest_reports=$PWD/$2/reports
  gtest_parts=$(ctest --test-dir "$2" -N | sed -nE 's/^Total Tests: ([0-9]+)$/\1/p')
  rm -rf "$gtest_reports"
  mkdir -p "$gtest_reports"
  step "$1" count_cpp ctest --test-dir "$2" --output-on-failure --no-tests=error
}

# node_tests NAME FILES...: runs node's test runner on SQLite, or on PostgreSQL with
# on=script/with-postgresql.
node_tests() {
  LOTKEEPER_TEST_POSTGRESQL='' LOTKEEPER=$PWD/build/release/lotkeeper \
    step "$1" count_node ${on:-} node --test \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$reports/$1.tap" "${@:2}"
}

# lanes FUNCTION...: runs the functions in parallel.
lanes() {
  local names=("$@") lane
  running=()
  for lane in "${names[@]}"; do
    (running=(); trap stop TERM; "$lane"; exit 0) &
    running+=($!)
  done
  for lane in "${!names[@]}"; do
    # A lane that was ended counts as a failed step. Its later steps did not run.
    wait "${running[lane]}" || echo "${names[lane]}" >>"$reports/steps"
  done
  running=()
}

# Prints the table and the counts, and exits.
finish() {
  local name passed=0 failed=0 good bad seconds processor
  echo
  printf '%-20s %8s %8s %8s %8s\n' step seconds processor passed failed
  while read -r name; do
    good=0 bad=1 seconds=? processor=?
    [ ! -s "$reports/$name.result" ] || read -r good bad seconds processor <"$reports/$name.result"
    printf '%-20s %8s %8s %8s %8s\n' "$name" "$seconds" "$processor" "$good" "$bad"
    passed=$((passed + good))
    failed=$((failed + bad))
  done <"$reports/steps"
  printf '%-20s %8s\n' all "$SECONDS"
  echo
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}
