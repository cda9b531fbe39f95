# shellcheck shell=bash
# The tools and development packages that a build needs: checked, and installed where that is possible.

# require_tools [test]: returns when everything is there, or says in one line what to do and exits.
require_tools() {
    local purpose=${1:-run} packages
    packages=$(missing_packages "$purpose")
    if [ -n "$packages" ]; then
        install_packages "$purpose" "$packages"
        packages=$(missing_packages "$purpose")
        [ -z "$packages" ] || die "still missing after the installation: $packages (is there an older one first in PATH?)"
    fi
    if [ -n "${JAVA_HOME:-}" ] && [ "$JAVA_HOME" != "$(java_home_with javac)" ]; then
        say "JAVA_HOME=$JAVA_HOME is no JDK 17 or newer; building with $(java_home_with javac)"
    fi
}

# Names of Debian packages, on one line; empty when nothing is missing.
missing_packages() {
    local purpose=$1 missing=()
    java_home_with javac >/dev/null || missing+=("$(jdk_package)")
    at_least 3.6.3 "$(maven_version)" || missing+=(maven)
    command -v g++ >/dev/null || missing+=(g++)
    at_least 3.22 "$(cmake_version)" || missing+=(cmake)
    command -v ninja >/dev/null || missing+=(ninja-build)
    can_link flite/flite.h flite || missing+=(flite1-dev)
    can_link speex/speex_resampler.h speexdsp || missing+=(libspeexdsp-dev)
    if [ "$purpose" = test ]; then
        can_link doctest/doctest.h || missing+=(doctest-dev)
        if [ "${VOICE_TEST_BARE:-}" = 1 ]; then
            command -v debootstrap >/dev/null || missing+=(debootstrap)
        fi
        if [ "${VOICE_TEST_FUZZ:-}" = 1 ] && ! can_fuzz; then
            missing+=("$(clang_packages)")
        fi
        if [ "${VOICE_TEST_PYTHON:-}" = 1 ] && ! has_python_grpc; then
            missing+=(python3-grpcio python3-grpc-tools)
        fi
        if [ "${VOICE_TEST_REDIS:-}" = 1 ]; then
            command -v redis-server >/dev/null || missing+=(redis-server)
        fi
        if [ "${VOICE_TEST_BROWSER:-}" = 1 ]; then
            command -v chromium >/dev/null || missing+=(chromium)
            command -v node >/dev/null || missing+=(nodejs)
        fi
        if [ "${VOICE_TEST_PROMETHEUS:-}" = 1 ]; then
            command -v prometheus >/dev/null && command -v promtool >/dev/null || missing+=(prometheus)
            command -v amtool >/dev/null || missing+=(prometheus-alertmanager)
            [ -x /usr/sbin/logrotate ] || command -v logrotate >/dev/null || missing+=(logrotate)
        fi
    fi
    printf '%s' "${missing[*]}"
}

# The oldest supported JDK that this distribution still has.
jdk_package() {
    local version
    for version in 17 21 25; do
        if [ -n "$(apt-cache search --names-only "^openjdk-$version-jdk-headless\$" 2>/dev/null)" ]; then
            echo "openjdk-$version-jdk-headless"
            return
        fi
    done
    echo openjdk-17-jdk-headless
}

# Whether Clang is here with its sanitizers and libFuzzer, which Debian keeps in a package that it only recommends.
can_fuzz() {
    command -v clang++ >/dev/null &&
        printf 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long) { return 0; }' |
        clang++ -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null 2>/dev/null
}

# Names on one line. Older distributions have the runtime in what clang itself needs.
clang_packages() {
    local version runtime
    version=$(apt-cache depends clang 2>/dev/null | sed -n 's/^ *Depends: clang-\([0-9]*\)$/\1/p')
    runtime=libclang-rt-$version-dev
    if [ -n "$version" ] && [ -n "$(apt-cache search --names-only "^$runtime\$" 2>/dev/null)" ]; then
        echo "clang $runtime"
    else
        echo clang
    fi
}

# Whether there is a Python that can be a client of a worker; the tests look at the same places.
has_python_grpc() {
    local python
    for python in python3 /usr/bin/python3; do
        ! "$python" -c 'import grpc, grpc_tools.protoc' 2>/dev/null || return 0
    done
    return 1
}

maven_version() {
    local home
    # Without a JDK the question cannot be asked, and Maven is not known to be missing.
    home=$(java_home_with java) || {
        command -v mvn >/dev/null && echo 3.6.3
        return
    }
    JAVA_HOME=$home mvn -v -Dstyle.color=never 2>/dev/null | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p'
}

cmake_version() { cmake --version 2>/dev/null | sed -n 's/^cmake version \([0-9.]*\).*/\1/p'; }

at_least() { [ -n "$2" ] && printf '%s\n' "$1" "$2" | sort --check=quiet --version-sort; }

# can_link HEADER [LIBRARY]: asks the compiler itself, which knows this machine's folders.
can_link() {
    command -v g++ >/dev/null || {
        [ -e "/usr/include/$1" ]
        return
    }
    printf '#include <%s>\n' "$1" | g++ -E -x c++ - >/dev/null 2>&1 || return
    [ -z "${2:-}" ] || [ "$(g++ -print-file-name="lib$2.so")" != "lib$2.so" ]
}

# install_packages PURPOSE NAMES: the names are separated by blanks.
install_packages() {
    local purpose=$1 packages=$2 log=${root:?}/build/launcher/install.log
    if ! command -v apt-get >/dev/null; then
        die "not everything is installed yet: install, with this system's package manager, what Debian calls $packages"
    fi
    if [ "$(id -u)" != 0 ]; then
        die "not everything is installed yet: sudo apt-get update && sudo apt-get install -y $packages"
    fi
    # An old package list is no reason to stop: what matters is whether the installation works.
    step "package list" "$log" apt-get -o DPkg::Lock::Timeout=300 update || true
    packages=$(missing_packages "$purpose") # once more: the list tells which JDK there is
    # shellcheck disable=SC2086 # names of packages, one word each
    DEBIAN_FRONTEND=noninteractive step "installing $packages" "$log" \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $packages || exit 1
}
