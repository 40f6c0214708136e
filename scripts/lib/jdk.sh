# Sourced by the scripts: finds a JDK that is new enough, and Maven, and knows the options for java. Works with the bash of macOS (3.2).

JDK_LEAST=21

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# jdk_version HOME: the major version of the JDK there, or 0. With `runtime=true` a JRE counts, too.
jdk_version() {
  local line=""
  if [ -x "$1/bin/java" ] && { [ -x "$1/bin/javac" ] || [ "${runtime:-}" = true ]; }; then
    [ ! -r "$1/release" ] || line="$(grep '^JAVA_VERSION=' "$1/release" || true)"
    [ -n "$line" ] || line="$("$1/bin/java" -version 2>&1 | head -n 1)"
  fi
  line="${line#*\"}"
  line="${line%%[!0-9]*}"
  echo "${line:-0}"
}

# The folder of the `java` on the PATH, links followed.
jdk_on_path() {
  local java link
  java="$(command -v java)" || return 0
  while link="$(readlink "$java")"; do
    case "$link" in
      /*) java="$link" ;;
      *) java="$(dirname "$java")/$link" ;;
    esac
  done
  (cd "$(dirname "$java")/.." && pwd -P)
}

# Sets JAVA_HOME to $JAVA_HOME or the JDK on the PATH if new enough, else to the newest in the usual places.
find_jdk() {
  local home version newest=0 found=""
  for home in "${JAVA_HOME:-}" "$(jdk_on_path)"; do
    if [ -n "$home" ] && [ "$(jdk_version "$home")" -ge "$JDK_LEAST" ]; then
      export JAVA_HOME="$home"
      return
    fi
  done
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    {/opt/homebrew,/usr/local}/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    {,"${HOME:-}"}/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    version="$(jdk_version "$home")"
    if [ "$version" -gt "$newest" ]; then
      newest="$version"
      found="$home"
    fi
  done
  [ "$newest" -ge "$JDK_LEAST" ] ||
    fail "needs a JDK >= $JDK_LEAST and found none: install one (such as Temurin 25, https://adoptium.net) or set JAVA_HOME"
  export JAVA_HOME="$found"
}

# Maven runs on the same JDK, so that the build finds one even in an unusual place.
find_maven() {
  command -v mvn > /dev/null ||
    fail "needs Maven >= 3.8 to build: install it (Debian: apt install maven, macOS: brew install maven)"
  if [ "$(jdk_version "$JAVA_HOME")" -ge 24 ]; then
    export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
  fi
}

# Sets `version` of the JDK, and `flags`: the options of every server.
java_flags() {
  version="$(jdk_version "$JAVA_HOME")"
  flags=(-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError -Djdk.console=java.base --enable-native-access=ALL-UNNAMED)
  [ "$version" -lt 23 ] || flags+=(--sun-misc-unsafe-memory-access=allow)
  [ "$version" -lt 25 ] || flags+=(-XX:+UseCompactObjectHeaders)
}
