#!/usr/bin/env bash
# script/check-layers passes the project's own sources and fails on each kind of forbidden include.
#
#   tests/layers_test.sh
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
fail() { echo "FAILED: $1" >&2; failures=$((failures + 1)); }

script/check-layers src || fail "the project's own sources do not pass"

# forbidden NAME FILE LINE PATTERN: a folder with this one line in this one file is refused, and the
# reason says what PATTERN matches.
forbidden() {
  local name=$1 file=$2 line=$3 pattern=$4 folder="$scratch/$1" said
  mkdir -p "$folder/$(dirname "$file")"
  printf '#pragma once\n%s\n' "$line" >"$folder/$file"
  if said=$(script/check-layers "$folder" 2>&1); then
    fail "$name: \"$line\" in $file passes"
  elif ! grep -qE "$pattern" <<<"$said"; then
    fail "$name: the reason does not say $pattern: $said"
  fi
}

# allowed NAME FILE LINE: a folder with this one line in this one file passes.
allowed() {
  local name=$1 file=$2 line=$3 folder="$scratch/$1"
  mkdir -p "$folder/$(dirname "$file")"
  printf '#pragma once\n%s\n' "$line" >"$folder/$file"
  script/check-layers "$folder" || fail "$name: \"$line\" in $file does not pass"
}

forbidden up store/permits/permit.hpp '#include "service/office.hpp"' 'store/permits/permit.hpp:2: store must not include service'
forbidden across domain/permits/permit.hpp '#include "database/value.hpp"' 'domain must not include database'
forbidden back database/value.hpp '#include "domain/money.hpp"' 'database must not include domain'
forbidden beside http/route.hpp '#include "service/office.hpp"' 'http must not include service'
forbidden beside_back service/office.hpp '#include "http/route.hpp"' 'service must not include http'
forbidden spaced base/text/text.hpp '  #  include "domain/money.hpp"' 'base must not include domain'
forbidden from_main main.cpp '#include "store/permits/permit.hpp"' 'must not include store'
forbidden beast http/dispatcher.cpp '#include <boost/beast/http.hpp>' 'Beast belongs to http/transport'
forbidden driver store/permits/permit.cpp '#include <sqlite3.h>' 'drivers belong to database'
forbidden other_driver cli/server.cpp '#include <libpq-fe.h>' 'drivers belong to database'
forbidden unknown helpers/things.hpp '#include "base/text/text.hpp"' 'is no layer'

allowed down api/v1/permits/permits.cpp '#include "service/office.hpp"'
allowed far_down cli/demo.cpp '#include "base/text/text.hpp"'
allowed own store/permits/permit.cpp '#include "store/ids.hpp"'
allowed transport http/transport/server.cpp '#include <boost/beast/core.hpp>'
allowed driver_at_home database/sqlite.cpp '#include <sqlite3.h>'

[ "$failures" -eq 0 ] && echo "layers are checked"
exit "$((failures > 0))"
