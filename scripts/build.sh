# shellcheck shell=bash
# Builds the programs that the launcher runs, once for each state of the sources: voice, and bench for ./voice bench.
#
# build/launcher/<fingerprint>/ holds voice.jar with its class archive, bench.jar once it was asked for, and the libraries
# that both unpack. A rebuild makes a new folder beside it, so a program that is still running keeps its own.

launcher_folder=${root:?}/build/launcher

# Of the names, sizes and times of all that ends up in the program; tests do not.
fingerprint() {
    (
        cd "$root" || exit
        shopt -s nullglob
        find ./pom.xml ./*/pom.xml .mvn CMakeLists.txt CMakePresets.json native-src ./*/src/main \
            -name '.?*' ! -name .mvn -prune -o \
            -type f ! -name '*_test.c*' ! -path '*/src/testing/*' ! -name tests.cmake ! -name '*.md' ! -name '*~' \
            -printf '%p %s %T@\n' | LC_ALL=C sort | sha1sum | cut -c1-16
    )
}

# require_program [voice|bench]: leaves the folder to run from in $program. Only a missing or outdated build costs time.
require_program() {
    local name=${1:-voice}
    program=$launcher_folder/$(fingerprint)
    [ ! -e "$program/$name.jar" ] || return 0
    mkdir -p "$launcher_folder" 2>/dev/null || true
    [ -w "$launcher_folder" ] || die "the program must be built, and $launcher_folder cannot be written to"
    (
        lock_build
        # Sources may have changed, and another launch may have built, while this one waited.
        program=$launcher_folder/$(fingerprint)
        [ -e "$program/$name.jar" ] || build_program "$name"
    ) 9>"$launcher_folder/lock" || exit
    program=$launcher_folder/$(fingerprint)
    if [ ! -e "$program/$name.jar" ]; then
        say "sources have changed since the build began; the next run builds them"
        program=$launcher_folder/$(cat "$launcher_folder/latest")
    fi
}

# Maven and CMake write to folders of their own, one run at a time. The lock is on descriptor 9.
lock_build() {
    flock --nonblock 9 || {
        say "another build is running here; waiting for it"
        flock 9
    }
}

build_program() {
    local name=$1 print
    require_tools run
    print=$(fingerprint)
    step "building (the first time downloads what Maven needs)" "$launcher_folder/build.log" \
        maven -q -DskipTests -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dspotless.check.skip=true \
        -pl "$(module_of "$name")" -am package || exit 1
    publish_program "$print" "$name"
}

module_of() { [ "$1" = bench ] && echo benchmarks || echo voice-examples; }

maven() { (cd "$root" && JAVA_HOME=$(java_home_with javac) exec mvn -B -Dstyle.color=never "$@"); }

# program_jar [voice|bench]: the one that Maven has made.
program_jar() {
    local jars=("$root/$(module_of "${1:-voice}")"/target/voice-*-all.jar)
    [ -e "${jars[0]}" ] || return
    printf '%s\n' "${jars[0]}"
}

# publish_program FINGERPRINT [voice|bench]: takes over the jar that Maven has just made of these sources.
publish_program() {
    local folder=$launcher_folder/$1 name=${2:-voice} jar
    jar=$(program_jar "$name") || die "the build left no $(module_of "$name")/target/voice-*-all.jar"
    remove_old_programs "$1"
    mkdir -p "$folder"
    # With the last step, and not before, the program is there.
    if ! { cp "$jar" "$folder/$name.jar.new" && echo "$1" >"$launcher_folder/latest" &&
        mv "$folder/$name.jar.new" "$folder/$name.jar"; }; then
        die "cannot write to $folder"
    fi
    [ "$name" != voice ] || step "preparing a quick start" "$launcher_folder/archive.log" archive_classes "$folder" || true
}

# The newest one stays: it may be running.
remove_old_programs() {
    local old
    find "$launcher_folder" -mindepth 1 -maxdepth 1 -type d ! -name "$1" -printf '%T@ %p\n' | sort -rn | tail -n +2 |
        cut -d' ' -f2- | while IFS= read -r old; do rm -rf "$old"; done
}

# One short conversation loads nearly every class; the next JVM maps them from the archive. A JVM of another version,
# or a moved folder, ignores it.
archive_classes() {
    local folder=$1 java scratch code=0
    java=$(java_home_with java)/bin/java
    scratch=$(mktemp -d)
    {
        "$java" "${program_flags[@]}" "-Dorg.bytedeco.javacpp.cachedir=$folder/native" \
            -jar "$folder/voice.jar" say 'Hello there.' -o "$scratch/hello.wav" &&
            "$java" "${program_flags[@]}" "-Dorg.bytedeco.javacpp.cachedir=$folder/native" \
                -XX:ArchiveClassesAtExit="$folder/new.jsa" \
                -jar "$folder/voice.jar" converse "$scratch/hello.wav" --clock virtual -o "$scratch/both.wav" &&
            mv "$folder/new.jsa" "$folder/voice.jsa"
    } || code=$?
    rm -rf "$scratch"
    return "$code"
}

# The JVM's own messages are not results, and an archive that does not fit is no news.
program_flags=(-XX:+DisplayVMOutputToStderr "-Xlog:cds*=off")

# File names and arguments reach Java 17 in the locale's charset, and what is not in it is lost.
use_utf8() {
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8
}

# run_program ARGUMENTS…: becomes the program.
run_program() {
    local home flags=("${program_flags[@]}")
    use_utf8
    home=$(java_home_with java) || die "no Java 17 or newer found: set JAVA_HOME"
    [ ! -e "$program/voice.jsa" ] || flags+=("-XX:SharedArchiveFile=$program/voice.jsa")
    [ ! -w "$program" ] || flags+=("-Dorg.bytedeco.javacpp.cachedir=$program/native")
    case ${1:-} in
        # These are over before the optimising compiler would pay; whatever runs in real time has it.
        '' | -* | help | say | segment | vad | simulate | slo | debug | config) flags+=(-XX:TieredStopAtLevel=1) ;;
        # Long files leave garbage but keep nothing: a heap that begins small stays so.
        logs) flags+=(-XX:+UseSerialGC -Xms24m) ;;
        # A heap that need not grow, its pages touched at once and not in the middle of a tick; and what is resident can be told apart.
        loadtest) flags+=(-Xms768m -XX:+AlwaysPreTouch) ;;
    esac
    exec "$home/bin/java" "${flags[@]}" -jar "$program/voice.jar" "$@"
}

bench_usage() {
    echo 'usage: ./voice bench vad [--quick] [--json] [--model F.onnx] [--audio F.wav] [--svg F.svg] [--markdown F.md]
       ./voice bench tts [--quick] [--json] [--voices DIR] [--decoder auto|onnx|native|cuda] [--svg F.svg] [--markdown F.md]
  Times voice activity detection, or the first sound of speech, beside ONNX Runtime on this machine; ./voice bench vad --help and
  ./voice bench tts --help tell more.
       ./voice bench vocoder [--quick] [--json] [--voices DIR] [--weights F.safetensors] [--svg F.svg] [--markdown F.md]
  Times the decoders of neural voices alone, whole and in chunks, beside ONNX Runtime.
       ./voice bench vocoder-scheduler --help
  Simulates sessions that share a GPU for their voices, on a virtual clock.
       ./voice bench worker [--quick] [--json] [--rounds N] [--streams N] [--seconds S] [--svg F.svg] [--markdown F.md]
  Times a voice at a worker beside the same voice in process, PAUSE, and many streams at once.
       ./voice bench socket [--sessions N] [--seconds S] [--warmup S] [--reply S] [--json]
  Holds WebSocket sessions over loopback: jitter at their clients, memory and processor time at the server.
       ./voice bench logs [--size MB] [--rounds N] [--heap SIZE] [--json] [--markdown F.md] [--generate F]
  Times ./voice logs errors beside jq on a log that it writes, or only writes the log.'
}

# run_bench ARGUMENTS…: becomes the benchmarks.
run_bench() {
    local home flags=("${program_flags[@]}")
    use_utf8
    home=$(java_home_with java) || die "no Java 17 or newer found: set JAVA_HOME"
    [ ! -w "$program" ] || flags+=("-Dorg.bytedeco.javacpp.cachedir=$program/native")
    exec "$home/bin/java" "${flags[@]}" -cp "$program/bench.jar" dev.duplexvoice.benchmarks.cli.BenchCommand "$@"
}
