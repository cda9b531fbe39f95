# shellcheck shell=bash
# What the launcher and the test run share: messages, long steps with a clock, the Java on this machine.

say() { printf 'voice: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# Seconds with one decimal since a time that `now` gave.
now() { date +%s%N; }
since() {
    local tenths=$((($(now) - $1) / 100000000))
    printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# step TITLE LOG COMMAND…: runs a long command with its output in a log file. Its seconds are left in $step_seconds.
step() {
    local title=$1 log=$2 start ticker code=0
    shift 2
    mkdir -p "${log%/*}"
    start=$(now)
    tick "$title" &
    ticker=$!
    "$@" >"$log" 2>&1 </dev/null || code=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    step_seconds=$(since "$start")
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
    if ((code == 0)); then
        say "$title: $step_seconds s"
    else
        say "$title: failed after $step_seconds s; from $log:"
        reasons "$log" >&2
    fi
    return "$code"
}

# Maven marks what went wrong, far from the end when other modules go on; of anything else the end tells most.
reasons() {
    if grep -q '^\[ERROR\]' "$1"; then
        grep -E '^\[ERROR\] +[^[:space:]]' "$1" | grep -Ev '^\[ERROR\] +at |[Rr]e-run Maven|\[Help 1\]|mvn <args>' | head -n 40
    else
        tail -n 40 "$1"
    fi
}

# On a terminal the clock runs in place; elsewhere a line every half minute shows that the step lives.
tick() {
    local title=$1 seconds=0
    exec 9>&- # a lock is not the clock's to hold
    [ -t 2 ] || say "$title …"
    while kill -0 $$ 2>/dev/null; do # ends with the launcher, also when that is interrupted
        if [ -t 2 ]; then
            printf '\r\033[Kvoice: %s … %d s' "$title" "$seconds" >&2
        elif ((seconds > 0 && seconds % 30 == 0)); then
            say "$title … $seconds s"
        fi
        sleep 1 >/dev/null 2>&1
        seconds=$((seconds + 1))
    done
}

# The feature version of the Java in a folder; 0 when there is none.
java_version() {
    local version=
    [ -x "$1/bin/java" ] || {
        echo 0
        return
    }
    if [ -r "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release")
    fi
    if [ -z "$version" ]; then
        version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.version = //p')
    fi
    version=${version#1.}
    version=${version%%[!0-9]*}
    echo "${version:-0}"
}

# The folder of the first Java 17 or newer that has bin/$1: JAVA_HOME, the path's, then those that Debian keeps.
java_home_with() {
    local tool=$1 home
    for home in "${JAVA_HOME:-}" "$(java_home_on_path "$tool")" /usr/lib/jvm/*; do
        if [ -n "$home" ] && [ -x "$home/bin/$tool" ] && (($(java_version "$home") >= 17)); then
            printf '%s\n' "$home"
            return
        fi
    done
    return 1
}

java_home_on_path() {
    local file
    file=$(command -v "$1") && file=$(readlink -f "$file") && printf '%s\n' "${file%/bin/*}"
}
