# Sourced by scripts/test: what the tests need from the machine, and what their reports say. Needs `fail` of jdk.sh.

# Whether one of these programs is on the PATH.
has() {
  local name
  for name in "$@"; do
    if command -v "$name" > /dev/null; then return 0; fi
  done
  return 1
}

may_install() { [ "$(id -u)" = 0 ] && has apt-get; }

install_packages() {
  echo "$(basename "$0"): installing $*" >&2
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# Chromium, node and npm, and on Debian a typeface to draw with: installed where that is possible, else named.
# Where there is Chromium's headless shell, most tests use it: it needs less than half of the processor time.
find_browser() {
  local packages=()
  if may_install && ! has chromium-headless-shell; then install_packages chromium-headless-shell || true; fi
  has chromium chromium-browser google-chrome || packages+=(chromium)
  has node || packages+=(nodejs)
  has npm || packages+=(npm)
  if may_install && [ ! -d /usr/share/fonts/truetype/dejavu ]; then packages+=(fonts-dejavu-core); fi
  [ "${#packages[@]}" -gt 0 ] || return 0
  may_install || fail "the tests need what is not on the PATH: install ${packages[*]} (Debian: sudo apt install ${packages[*]})"
  install_packages "${packages[@]}"
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
