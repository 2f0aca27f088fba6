#!/bin/sh
# Restarts the instances behind nginx one after the other, so that no request fails: nginx sends an instance
# nothing more before it is told to stop.
#
#   rolling-restart.sh upstream.conf COMMAND [ARGUMENT...]
#
# COMMAND is called with the address of an instance, as upstream.conf has it, as its last argument: it
# restarts it and returns when the old process has ended. NGINX_RELOAD reloads nginx (default
# "nginx -s reload"), DRAIN is how many seconds requests in progress get before that (default 5), READY is
# how many seconds an instance may take to become ready (default 60).
set -eu

[ $# -ge 2 ] || {
  echo "usage: rolling-restart.sh upstream.conf COMMAND [ARGUMENT...]" >&2
  exit 2
}
list=$1
shift
reload=${NGINX_RELOAD:-nginx -s reload}
drain=${DRAIN:-5}
patience=${READY:-60}

# edit changes the line of one server and reloads nginx. The file is replaced at once.
edit() {
  sed "/^ *server $(printf '%s' "$address" | sed 's/[.[\/*]/\\&/g') /$1" "$list" >"$list.new"
  mv "$list.new" "$list"
  sh -c "$reload"
}

# give puts an instance back also when its restart has failed: nginx notices by itself that it is away.
give() { edit 's/ down;$/;/'; }

sed -n 's/^ *server \([^ ;]*\).*/\1/p' "$list" >"$list.servers"
trap 'rm -f "$list.servers"' EXIT
while read -r address <&3; do
  echo "$address: no more requests"
  edit 's/\( down\)*;$/ down;/'
  trap 'give; rm -f "$list.servers"' EXIT
  sleep "$drain"
  echo "$address: restart"
  "$@" "$address"
  waited=0
  until curl --silent --fail --max-time 2 --output /dev/null "http://$address/readyz"; do
    waited=$((waited + 1))
    [ "$waited" -lt "$patience" ] || {
      echo "$address is not ready after $patience seconds: the others are left as they are" >&2
      exit 1
    }
    sleep 1
  done
  trap 'rm -f "$list.servers"' EXIT
  give
  echo "$address: ready"
done 3<"$list.servers"
