# Sourced by scripts/run, scripts/chat and scripts/assemble: builds the server. Needs `fail` and `find_maven` of jdk.sh.

jar=target/reprise.jar
client=target/reprise-client.jar

# Builds what is missing or older than its sources.
build() {
  local sources=(src/main webroot/js webroot/css webroot/fonts webroot/index.html pom.xml)
  [ ! -f "$jar" ] || [ -n "$(find "${sources[@]}" -newer "$jar" | head -n 1)" ] || return 0
  find_maven
  echo "$(basename "$0"): building (the first build downloads libraries and takes a minute or two)" >&2
  rm -f "$jar" # A server that runs keeps the file that it began with; one written over would break it.
  mvn -q -B -Dmaven.test.skip -Dmdep.analyze.skip package >&2
  touch "$jar" # Maven keeps a jar whose content would be the same, also its time.
}
