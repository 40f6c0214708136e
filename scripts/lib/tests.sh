# Sourced by scripts/test: what the tests need from the machine, and what their reports say. Needs `fail` of jdk.sh.

# Chromium, node and npm, and on Debian a typeface to draw with: installed where that is possible, else named.
find_browser() {
  local packages=()
  command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null ||
    packages+=(chromium)
  command -v node > /dev/null || packages+=(nodejs)
  command -v npm > /dev/null || packages+=(npm)
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    [ -d /usr/share/fonts/truetype/dejavu ] || packages+=(fonts-dejavu-core)
  elif [ "${#packages[@]}" -gt 0 ]; then
    fail "the tests need what is not on the PATH: install ${packages[*]} (Debian: sudo apt install ${packages[*]})"
  fi
  [ "${#packages[@]}" -gt 0 ] || return 0
  echo "$(basename "$0"): installing ${packages[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends "${packages[@]}"
}

# suites FOLDER: of each test class that ran, a line "SECONDS NAME TESTS FAILURES ERRORS SKIPPED".
suites() {
  [ -d "$1" ] || return 0
  { find "$1" -name 'TEST-*.xml' -exec grep -h '<testsuite ' {} + || true; } | awk '
    function attribute(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return 0
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    { seconds = attribute("time"); gsub(",", "", seconds)
      print seconds, attribute("name"), attribute("tests"), attribute("failures"), attribute("errors"), attribute("skipped") }'
}

tell_slowest() {
  echo
  echo "Slowest test classes, in seconds:"
  { suites target/surefire-reports; suites target/failsafe-reports; } |
    LC_ALL=C sort -rn | awk 'NR <= 10 { printf "%8.1f  %s\n", $1, $2 }'
}

tell_counts() {
  local kind
  echo
  for kind in Surefire:target/surefire-reports Failsafe:target/failsafe-reports; do
    suites "${kind#*:}" | awk -v kind="${kind%%:*}" '
      { tests += $3; failures += $4; errors += $5; skipped += $6 }
      END { printf "%s: Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", kind, tests, failures, errors, skipped }'
  done
}
