# Sourced by scripts/backup and scripts/restore, which pass one file on to the server's command line.

# hand_over OPTION DEFAULT [--config FILE] [BACKUP]: runs the server with OPTION and the path of BACKUP, else DEFAULT.
hand_over() {
  local option="$1" file="$2" config=()
  shift 2
  if [ "${1:-}" = --config ]; then
    [ $# -ge 2 ] || { echo "$(basename "$0"): --config needs a file" >&2; exit 2; }
    config=(--config "$2")
    shift 2
  fi
  file="${1:-$file}"
  [ -n "$file" ] || { echo "$(basename "$0"): needs the file of a backup" >&2; exit 2; }
  # scripts/run changes to another folder.
  case "$file" in /*) ;; *) file="$PWD/$file" ;; esac
  exec "$here/run" ${config[@]+"${config[@]}"} "$option" "$file"
}
