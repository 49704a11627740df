#!/usr/bin/env bash
# script/steps.bash counts right: what passes, what fails, what hangs, what is ended, in both lanes.
#
#   tests/steps_test.sh
set -uo pipefail
steps=$(cd "$(dirname "$0")/.." && pwd)/script/steps.bash
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# counts NAME EXPECTED STATUS: the program on stdin, run in a folder of its own, ends with the line
# EXPECTED and with STATUS.
counts() {
  local name=$1 expected=$2 status=$3 said last
  mkdir "$scratch/$name"
  said=$(cd "$scratch/$name" && { echo ". '$steps'"; cat; } | timeout 60 bash -uo pipefail 2>&1)
  local ended=$?
  last=$(tail -n 1 <<<"$said")
  if [ "$last" != "$expected" ] || [ "$ended" -ne "$status" ]; then
    echo "FAILED: $name: \"$last\" ($ended) is not \"$expected\" ($status)"$'\n'"$said" >&2
    failures=$((failures + 1))
  fi
}

counts passes "2 passed, 0 failed" 0 <<'E1'
check one true
check two true
finish
E1
counts fails "1 passed, 1 failed" 1 <<'E1'
check one true
check two false
finish
E1
counts hangs "1 passed, 1 failed" 1 <<'E1'
limit=1 check one sleep 30
check two true
finish
E1
counts needs_its_build "0 passed, 1 failed" 1 <<'E1'
must build false
check never true
finish
E1
counts lanes "2 passed, 2 failed" 1 <<'E1'
left() { check one true; check two false; }
right() { check three false; check four true; }
lanes left right
finish
E1
counts a_lane_that_ends_early "1 passed, 1 failed" 1 <<'E1'
left() { kill -9 $BASHPID; check one true; }
right() { check two true; }
lanes left right
finish
E1
counts node "3 passed, 2 failed" 1 <<'E1'
node_says() { printf '# pass 3\n# fail 1\n# skipped 1\n' >"$reports/node.tap"; return 1; }
export -f node_says
export reports
step node count_node node_says
finish
E1
counts node_that_dies "0 passed, 1 failed" 1 <<'E1'
step node count_node false
finish
E1
gtest='<testsuites tests="5" failures="%s" disabled="0" errors="0" time="0.1" name="AllTests">\n<testsuite tests="5" failures="1">\n'
export gtest
counts gtest "9 passed, 1 failed" 1 <<'E1'
export gtest_reports=$PWD gtest_parts=2
printf "$gtest" 0 >one.xml; printf "$gtest" 1 >two.xml
step cpp count_cpp false
finish
E1
counts a_part_that_crashes "5 passed, 1 failed" 1 <<'E1'
export gtest_reports=$PWD gtest_parts=2
printf "$gtest" 0 >one.xml
step cpp count_cpp false
finish
E1
counts a_leak_that_is_told_at_the_end "5 passed, 1 failed" 1 <<'E1'
export gtest_reports=$PWD gtest_parts=1
printf "$gtest" 0 >one.xml
step cpp count_cpp false
finish
E1

said=$(cd "$scratch" && bash -uo pipefail -c ". '$steps'; check one true; finish" 2>&1)
grep -qE '^one +[0-9]+ +[0-9]+ +1 +0$' <<<"$said" ||
  { echo "FAILED: no row with the seconds of a step: $said" >&2; failures=$((failures + 1)); }

[ "$failures" -eq 0 ] && echo "steps are counted"
exit "$((failures > 0))"
