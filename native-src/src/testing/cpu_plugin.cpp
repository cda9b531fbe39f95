// A plugin for tests of what is above it: its vocoder runs on the CPU, keeps to plugin_table.h to the letter, is as strict with
// its caller, and fails when it is told to. $VOICE_CPU_PLUGIN_FAIL="vocoder_wait 3" makes the third call of that function of each
// engine that is opened from then on fail, and as with a GPU that is lost every call of it from then on.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "cuda/plugin_table.h"
#include "vocoder/network.h"
#include "vocoder/stream.h"
#include "voice/voice.h"

using namespace voice::vocoder;

namespace {

int say(voice_cuda_message *message, int status, const char *text) {
    std::snprintf(message->text, sizeof message->text, "%s", text);
    return status;
}

std::vector<float> copied(const float *values, size_t count) {
    return {values, values + count};
}

Convolution convolution(const voice_cuda_layer &layer) {
    return {layer.inputs, layer.outputs, layer.kernel, layer.spread,
            copied(layer.weight, size_t{layer.inputs} * layer.outputs * layer.kernel),
            copied(layer.bias, layer.outputs)};
}

std::vector<Convolution> convolutions(const voice_cuda_layer *layers, uint32_t count) {
    std::vector<Convolution> result;
    for (uint32_t i = 0; layers != nullptr && i < count; i++) {
        result.push_back(convolution(layers[i]));
    }
    return result;
}

Generator read(const voice_cuda_generator &given) {
    Generator generator;
    generator.channels = given.channels;
    generator.hop = given.hop;
    generator.pre = convolution(given.pre);
    // Each stream brings its bias, which takes the speaker's way.
    const size_t outputs = generator.pre.outputs;
    generator.pre.bias.assign(outputs, 0);
    generator.conditioning = {outputs, outputs, 1, 1, std::vector<float>(outputs * outputs), generator.pre.bias};
    for (size_t i = 0; i < outputs; i++) {
        generator.conditioning.weight[i * outputs + i] = 1;
    }
    for (uint32_t i = 0; i < given.stage_count; i++) {
        const voice_cuda_vocoder_stage &from = given.stages[i];
        Stage &stage = generator.stages.emplace_back();
        const Convolution up = convolution(from.up);
        stage.up = {up.inputs, up.outputs, up.kernel, up.dilation, up.weight, up.bias};
        for (uint32_t j = 0; j < from.blocks; j++) {
            stage.blocks.push_back({convolutions(from.block[j].first, from.block[j].steps),
                                    convolutions(from.block[j].second, from.block[j].steps)});
        }
    }
    generator.post = convolution(given.post);
    return generator;
}

class Fault {
public:
    Fault() {
        const char *given = std::getenv("VOICE_CPU_PLUGIN_FAIL");
        const char *space = given == nullptr ? nullptr : std::strchr(given, ' ');
        if (space != nullptr) {
            function_.assign(given, space);
            left_ = std::atoi(space);
        }
    }

    bool hits(const char *function) {
        if (left_ > 0 && function_ == function) {
            left_--;
        }
        return left_ == 0 && function_ == function;
    }

private:
    std::string function_;
    int left_ = -1; // never
};

/* Whoever is the second thread inside of an engine ends the process. */
class Alone {
public:
    explicit Alone(std::atomic<bool> &inside) : inside_(inside) {
        if (inside_.exchange(true)) {
            std::fputs("cpu_plugin: two threads at once\n", stderr);
            std::abort();
        }
    }
    ~Alone() { inside_ = false; }

private:
    std::atomic<bool> &inside_;
};

struct Slot {
    std::unique_ptr<Stream> stream;
    std::vector<float> bias;
};

struct Batch {
    std::vector<voice_cuda_vocoder_job> jobs;
    std::vector<float> samples;
};

} // namespace

struct voice_cuda_vocoder {
    std::shared_ptr<const Network> network;
    voice_cuda_vocoder_options options;
    std::vector<Slot> slots;
    Batch batches[2];
    size_t oldest = 0;
    size_t under_way = 0;
    Fault fault;
    std::atomic<bool> inside{false};
};

namespace {

int probe(uint32_t device, voice_cuda_message *message) {
    return device == 0 ? say(message, VOICE_OK, "a CPU that is taken for a GPU")
                       : say(message, VOICE_ERROR_ARGUMENT, "device: there is but one, 0");
}

int vocoder_open(const voice_cuda_generator *generator, const voice_cuda_vocoder_options *options,
                 voice_cuda_vocoder **engine, voice_cuda_vocoder_figures *figures, voice_cuda_message *message) {
    auto opened = std::make_unique<voice_cuda_vocoder>();
    if (opened->fault.hits("vocoder_open")) {
        return say(message, VOICE_ERROR_MEMORY, "a stream takes 1 byte: 0 streams would fit");
    }
    opened->network = std::make_shared<const Network>(read(*generator));
    if (opened->network->lookahead() != generator->lookahead_samples) {
        return say(message, VOICE_ERROR_ARGUMENT, "lookahead_samples: it does not follow from the layers");
    }
    opened->options = *options;
    opened->slots.resize(options->max_streams);
    const size_t samples = (options->max_frames * opened->network->hop() + opened->network->lookahead()) * options->max_batch;
    for (Batch &batch : opened->batches) {
        batch.jobs.reserve(options->max_batch);
        batch.samples.resize(samples);
    }
    figures->stream_bytes = (opened->network->state_floats() + opened->network->work_floats()) * sizeof(float);
    figures->device_bytes = figures->stream_bytes * options->max_streams;
    *engine = opened.release();
    return VOICE_OK;
}

int vocoder_reset(voice_cuda_vocoder *engine, uint32_t slot, const float *bias, voice_cuda_message *message) {
    const Alone alone(engine->inside);
    if (engine->fault.hits("vocoder_reset")) {
        return say(message, VOICE_ERROR_INTERNAL, "told to fail in vocoder_reset");
    }
    if (slot >= engine->slots.size()) {
        return say(message, VOICE_ERROR_ARGUMENT, "slot: out of range");
    }
    Slot &chosen = engine->slots[slot];
    const size_t count = engine->network->conditioning_channels();
    if (chosen.stream != nullptr && std::memcmp(chosen.bias.data(), bias, count * sizeof(float)) == 0) {
        chosen.stream->reset();
        return VOICE_OK;
    }
    chosen.bias = copied(bias, count);
    chosen.stream = std::make_unique<Stream>(engine->network, bias);
    return VOICE_OK;
}

// What must be so, or NULL.
const char *complaint(const voice_cuda_vocoder &engine, const Batch &batch, const voice_cuda_vocoder_job &job) {
    if (job.slot >= engine.slots.size() || engine.slots[job.slot].stream == nullptr) {
        return "a slot that has no utterance";
    }
    for (const voice_cuda_vocoder_job &other : batch.jobs) {
        if (other.slot == job.slot) {
            return "a slot twice in a batch";
        }
    }
    const Stream &stream = *engine.slots[job.slot].stream;
    if (stream.ended() || job.frame_count > engine.options.max_frames || job.flush > 1) {
        return "frames that are too many or come behind the end";
    }
    const uint64_t after = stream.samples_of_push(job.frame_count);
    const uint64_t rest = stream.samples_of_flush() + job.frame_count * engine.network->hop();
    if (job.sample_count != (job.flush == 1 ? rest : after)) {
        return "another number of samples than come";
    }
    return nullptr;
}

int vocoder_submit(voice_cuda_vocoder *engine, const voice_cuda_vocoder_job *jobs, uint32_t count,
                   voice_cuda_message *message) {
    const Alone alone(engine->inside);
    if (engine->fault.hits("vocoder_submit")) {
        return say(message, VOICE_ERROR_INTERNAL, "told to fail in vocoder_submit");
    }
    if (engine->under_way == 2) {
        return VOICE_FULL;
    }
    if (count == 0 || count > engine->options.max_batch) {
        return say(message, VOICE_ERROR_ARGUMENT, "count: out of range");
    }
    Batch &batch = engine->batches[(engine->oldest + engine->under_way) % 2];
    batch.jobs.clear();
    float *samples = batch.samples.data();
    for (uint32_t i = 0; i < count; i++) {
        const voice_cuda_vocoder_job &job = jobs[i];
        const char *wrong = complaint(*engine, batch, job);
        if (wrong != nullptr) {
            return say(message, VOICE_ERROR_ARGUMENT, wrong);
        }
        Stream &stream = *engine->slots[job.slot].stream;
        const uint64_t pushed = stream.samples_of_push(job.frame_count);
        stream.push(job.frames, job.frame_count, job.channel_stride, samples);
        if (job.flush == 1) {
            stream.flush(samples + pushed);
        }
        samples += job.sample_count;
        batch.jobs.push_back(job);
    }
    engine->under_way++;
    return VOICE_OK;
}

int vocoder_wait(voice_cuda_vocoder *engine, voice_cuda_message *message) {
    const Alone alone(engine->inside);
    if (engine->under_way == 0) {
        return VOICE_EMPTY;
    }
    const bool fails = engine->fault.hits("vocoder_wait");
    Batch &batch = engine->batches[engine->oldest];
    const float *samples = batch.samples.data();
    for (const voice_cuda_vocoder_job &job : batch.jobs) {
        for (uint32_t i = 0; i < job.sample_count; i++) { // a GPU that fails may have written anything
            job.samples[i] = fails ? std::numeric_limits<float>::quiet_NaN() : samples[i];
        }
        samples += job.sample_count;
    }
    engine->oldest = 1 - engine->oldest;
    engine->under_way--;
    return fails ? say(message, VOICE_ERROR_INTERNAL, "told to fail in vocoder_wait") : VOICE_OK;
}

void vocoder_close(voice_cuda_vocoder *engine) {
    delete engine;
}

int vocoder_times(voice_cuda_vocoder *, voice_cuda_vocoder_times *times, voice_cuda_message *) {
    *times = {};
    return VOICE_OK;
}

int rates(uint32_t, voice_cuda_rates *rates, voice_cuda_message *) {
    *rates = {};
    return VOICE_OK;
}

int open(const voice_cuda_weights *, const voice_cuda_options *, voice_cuda_engine **, voice_cuda_message *message) {
    return say(message, VOICE_ERROR_UNSUPPORTED, "this plugin is for the vocoder");
}

const voice_cuda_plugin_table *make_table() {
    static const voice_cuda_plugin_table table = [] {
        voice_cuda_plugin_table made = {}; // whoever calls what is not there has not opened it
        made.version = VOICE_CUDA_PLUGIN_VERSION;
        made.struct_size = sizeof made;
        made.probe = probe;
        made.open = open;
        made.vocoder_open = vocoder_open;
        made.vocoder_reset = vocoder_reset;
        made.vocoder_submit = vocoder_submit;
        made.vocoder_wait = vocoder_wait;
        made.vocoder_close = vocoder_close;
        made.vocoder_times = vocoder_times;
        made.rates = rates;
        return made;
    }();
    return &table;
}

} // namespace

extern "C" VOICE_API const voice_cuda_plugin_table *voice_cuda_plugin(void) {
    return make_table();
}
