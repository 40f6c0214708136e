# Sourced by scripts/run and scripts/assemble: what Java keeps from one start for the next. Needs `jar`, `version` and `flags`.

CACHE=target/reprise.aot
# Java says nothing of a cache that does not fit.
QUIET=(-Xlog:aot=off -Xlog:aot+codecache+stubs=off)

# use_cache ARGUMENT...: adds to `flags` the file with the classes of earlier starts. From Java 25 on it also has the profiles of the
# code, and is made once after a build by a training run; before, Java makes it when the server ends, and again when it is stale.
use_cache() {
  case " $* " in
    # What only prints something loads few classes.
    *" --token "* | *" --erase-user "* | *" --backup "* | *" --restore "* | *" --check-config "* | *" --version "*) flags+=(-Xshare:auto) ;;
    *)
      if [ "$version" -ge 25 ]; then
        [ "$CACHE" -nt "$jar" ] || [ "${REPRISE_JAVA_TRAINING:-}" = false ] || [ ! -w "$(dirname "$CACHE")" ] || train
        # Java starts without a cache that does not fit, for example because an option selects another garbage collector.
        [ ! -s "$CACHE" ] || [ "$jar" -nt "$CACHE" ] || flags+=("-XX:AOTCache=$CACHE" "${QUIET[@]}")
      else
        flags+=(-XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=target/reprise.jsa -Xlog:cds=off -Xlog:cds+dynamic=off)
      fi
      ;;
  esac
}

# Leaves an empty file if the training fails, so that it is not repeated before the next build.
train() {
  local new="$CACHE.$$" training
  echo "$(basename "$0"): training Java's cache for shorter starts (once after a build, half a minute)" >&2
  "$JAVA_HOME/bin/java" -cp "$jar" io.reprise.training.Training \
    "$JAVA_HOME/bin/java" "${flags[@]}" "-XX:AOTCacheOutput=$new" -jar "$jar" &
  training=$!
  trap 'kill "$training"; wait "$training"; rm -f "$new" "$new.config"; exit 143' TERM
  if ! wait "$training" || [ ! -s "$new" ]; then
    echo "$(basename "$0"): the training failed; the server starts without the cache" >&2
    : > "$new"
  fi
  trap - TERM
  mv "$new" "$CACHE"
  rm -f "$new.config"
}
