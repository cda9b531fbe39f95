#include "open_and_run.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "promise.h"
#include "voice/voice.h"

namespace voice::fuzz {

namespace {

void expect_refusal(int status) {
    expect(status == VOICE_ERROR_MODEL || status == VOICE_ERROR_UNSUPPORTED, "a model that does not open says why");
    const char *start = "the model in memory: ";
    expect(std::strncmp(voice_last_error(), start, std::strlen(start)) == 0, "the message says what it is about");
    expect(is_plain_text(voice_last_error()), "the message has no bytes of the file");
}

// The loudest sound that there is, then silence: two streams of it, one of them late.
void run(const voice_vad *vad) {
    constexpr size_t streams = 2;
    const size_t window = voice_vad_window_samples(vad);
    std::vector<int16_t> windows(streams * window);
    std::vector<float> states(streams * voice_vad_state_floats(vad));
    for (size_t step = 0; step < 3; step++) {
        for (size_t i = 0; i < windows.size(); i++) {
            const int16_t loud = i * i % 7 < 3 ? 32767 : -32768;
            windows[i] = step == 0 || (step == 1 && i >= window) ? loud : int16_t{0};
        }
        float probabilities[streams] = {-1, -1};
        const int status = voice_vad_process(vad, streams, windows.data(), states.data(), nullptr, probabilities);
        expect(status == VOICE_OK, "a model that is open runs");
        for (float probability : probabilities) {
            expect(probability >= 0 && probability <= 1, "a stream that began with zeros has probabilities");
        }
        for (float value : states) {
            expect(std::isfinite(value), "a state that began with zeros stays finite");
        }
    }
}

} // namespace

void open_and_run(std::string_view file) {
    if (file.empty()) {
        return; // an argument, not a model
    }
    for (uint32_t rate : {16000u, 8000u}) {
        voice_vad_options options = VOICE_VAD_OPTIONS_INIT;
        options.sample_rate = rate;
        voice_vad *vad = nullptr;
        const int status = voice_vad_open_memory(file.data(), file.size(), &options, &vad);
        expect((vad != nullptr) == (status == VOICE_OK), "a handle if and only if it opens");
        if (vad == nullptr) {
            expect_refusal(status);
            continue;
        }
        expect(voice_vad_sample_rate(vad) == rate, "the rate that was asked for");
        run(vad);
        voice_vad_close(vad);
    }
}

} // namespace voice::fuzz
