#include "vad/simd.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "base/error.h"
#include "voice/voice.h"

using namespace voice::vad;

namespace {

/* Sets $VOICE_SIMD and puts back what was there. */
class Wanted {
public:
    explicit Wanted(const char *value) {
        const char *before = std::getenv("VOICE_SIMD");
        had_ = before != nullptr;
        before_ = had_ ? before : "";
        setenv("VOICE_SIMD", value, 1);
    }
    ~Wanted() {
        if (had_) {
            setenv("VOICE_SIMD", before_.c_str(), 1);
        } else {
            unsetenv("VOICE_SIMD");
        }
    }

private:
    bool had_;
    std::string before_;
};

} // namespace

TEST_CASE("shouldUseTheFastestWhenNoneIsNamed") {
    const Wanted wanted("");
    CHECK(&choose_kernels() == supported_kernels().front());
    CHECK(std::string(voice_simd()) == supported_kernels().front()->name);
}

TEST_CASE("shouldUseTheOneThatIsNamed") {
    for (const Kernels *kernels : supported_kernels()) {
        const Wanted wanted(kernels->name);
        CHECK(&choose_kernels() == kernels);
        CHECK(std::string(voice_simd()) == kernels->name);
    }
    CHECK(std::string(supported_kernels().back()->name) == "portable");
}

TEST_CASE("shouldSayWhichThereAreWhenTheNamedOneIsUnknown") {
    const Wanted wanted("mmx");
    voice_vad *vad = nullptr;
    const int status = voice_vad_open_memory("x", 1, nullptr, &vad);
    CHECK(status == VOICE_ERROR_ARGUMENT);
    const std::string message = voice_last_error();
    CHECK(message.find("VOICE_SIMD=mmx") == 0);
    CHECK(message.find("portable") != std::string::npos);
    CHECK(message.find("unset it") != std::string::npos);
    CHECK(std::string(voice_simd()) == supported_kernels().front()->name);
}
