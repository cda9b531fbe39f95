#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) {
    constexpr int skipped = 77; // CTest's SKIP_RETURN_CODE
    if (std::getenv("VOICE_FIXTURES") == nullptr) {
        std::puts("SKIPPED: set VOICE_FIXTURES to the folder of test fixtures");
        return skipped;
    }
    return doctest::Context(argc, argv).run();
}
