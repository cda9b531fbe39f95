#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "capi/call.h"
#include "capi/vocoder_handle.h"
#include "vocoder/loader.h"
#include "vocoder/network.h"
#include "vocoder/stream.h"

using voice::capi::call;
using voice::capi::choose_conditioning;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;
using voice::vocoder::Generator;
using voice::vocoder::Network;
using voice::vocoder::Stream;

struct voice_vocoder_stream {
    Stream stream;
};

namespace {

voice_vocoder *open_vocoder(const Generator &generator, const voice::vocoder::Kernels &kernels,
                            const std::string &description) {
    try {
        return new voice_vocoder{std::make_shared<const Network>(generator, kernels)};
    } catch (const voice::Error &error) { // which does not know what the file is called
        throw voice::Error(error.status(), description + ": " + error.what());
    }
}

std::string number(const char *name, uint64_t value) {
    return std::string(name) + "=" + std::to_string(value);
}

void check_frames(const Network &network, const float *frames, uint32_t count, uint32_t channel_stride) {
    if (count > VOICE_VOCODER_MAX_FRAMES) {
        reject(number("frame_count", count) + ": at most " + std::to_string(VOICE_VOCODER_MAX_FRAMES) +
               " frames are pushed at once");
    }
    if (count == 0) {
        return;
    }
    require(frames, "frames");
    if (channel_stride < count) {
        reject(number("channel_stride", channel_stride) + ": it must be at least " + number("frame_count", count));
    }
    for (size_t channel = 0; channel < network.channels(); channel++) {
        for (size_t i = 0; i < count; i++) {
            const float value = frames[channel * channel_stride + i];
            if (!std::isfinite(value)) {
                reject(number("frames: channel", channel) + " of " + number("frame", i) + " is " +
                       std::to_string(value) + ": it must be finite");
            }
        }
    }
}

} // namespace

const float *voice::capi::choose_conditioning(const Network &network, const voice_vocoder_stream_options &options) {
    const size_t channels = network.conditioning_channels();
    if (options.conditioning != nullptr) {
        if (channels == 0) {
            reject("options.conditioning: this vocoder tells no speakers apart; leave it NULL");
        }
        for (size_t i = 0; i < channels; i++) {
            if (!std::isfinite(options.conditioning[i])) {
                reject("options.conditioning[" + std::to_string(i) + "]=" + std::to_string(options.conditioning[i]) +
                       ": it must be finite");
            }
        }
        return options.conditioning;
    }
    const size_t speakers = network.speakers();
    if (channels > 0 && speakers == 0) {
        reject("options.conditioning=NULL: this vocoder takes a speaker's vector of " + std::to_string(channels) +
               " values, and has none of its own");
    }
    if (options.speaker >= (speakers == 0 ? 1 : speakers)) {
        reject(number("options.speaker", options.speaker) + ": it must be below " +
               std::to_string(speakers == 0 ? 1 : speakers));
    }
    return channels == 0 ? nullptr : network.speaker(options.speaker);
}

int voice_vocoder_open(const char *path, const voice_vocoder_options *options, voice_vocoder **vocoder) {
    return call([&] {
        require(vocoder, "vocoder");
        *vocoder = nullptr;
        require(path, "path");
        const voice_vocoder_options chosen = options_or(options, VOICE_VOCODER_OPTIONS_INIT);
        const voice::vocoder::Kernels &kernels = voice::vocoder::choose_kernels();
        const std::string config = chosen.config == nullptr ? "" : chosen.config;
        *vocoder = open_vocoder(voice::vocoder::read_generator_file(path, config), kernels, path);
        return VOICE_OK;
    });
}

int voice_vocoder_open_memory(const void *bytes, size_t size, const char *config, size_t config_size,
                              voice_vocoder **vocoder) {
    return call([&] {
        require(vocoder, "vocoder");
        *vocoder = nullptr;
        require(bytes, "bytes");
        if (config == nullptr && config_size > 0) {
            require(config, "config");
        }
        const std::string description = "the model in memory";
        voice::vocoder::check_generator_size(size, description);
        const voice::vocoder::Kernels &kernels = voice::vocoder::choose_kernels();
        std::optional<voice::vocoder::ConfigText> text;
        if (config != nullptr) {
            text = {{config, config_size}, "the configuration in memory"};
        }
        const Generator generator =
            voice::vocoder::read_generator({static_cast<const char *>(bytes), size}, description, text);
        *vocoder = open_vocoder(generator, kernels, description);
        return VOICE_OK;
    });
}

int voice_vocoder_get_info(const voice_vocoder *vocoder, voice_vocoder_info *info) {
    return call([&] {
        require(vocoder, "vocoder");
        require(info, "info");
        if (info->struct_size < sizeof *info) {
            reject(number("info.struct_size", info->struct_size) + ": it must be " + std::to_string(sizeof *info) +
                   "; start from VOICE_VOCODER_INFO_INIT");
        }
        const Network &network = *vocoder->network;
        const uint32_t struct_size = info->struct_size;
        *info = VOICE_VOCODER_INFO_INIT;
        info->struct_size = struct_size;
        info->channels = static_cast<uint32_t>(network.channels());
        info->hop = static_cast<uint32_t>(network.hop());
        info->sample_rate = network.sample_rate();
        info->lookahead_samples = static_cast<uint32_t>(network.lookahead());
        info->lookahead_frames = (info->lookahead_samples + info->hop - 1) / info->hop;
        info->conditioning_channels = static_cast<uint32_t>(network.conditioning_channels());
        info->speakers = static_cast<uint32_t>(network.speakers());
        info->stages = static_cast<uint32_t>(network.stages().size());
        info->parameters = network.parameters();
        info->weight_bytes = network.weight_bytes();
        info->state_bytes = network.state_floats() * sizeof(float);
        info->stream_bytes =
            (network.state_floats() + network.work_floats()) * sizeof(float) + sizeof(voice_vocoder_stream);
        return VOICE_OK;
    });
}

void voice_vocoder_close(voice_vocoder *vocoder) {
    delete vocoder;
}

int voice_vocoder_stream_open(const voice_vocoder *vocoder, const voice_vocoder_stream_options *options,
                              voice_vocoder_stream **stream) {
    return call([&] {
        require(stream, "stream");
        *stream = nullptr;
        require(vocoder, "vocoder");
        const voice_vocoder_stream_options chosen = options_or(options, VOICE_VOCODER_STREAM_OPTIONS_INIT);
        const float *conditioning = choose_conditioning(*vocoder->network, chosen);
        *stream = new voice_vocoder_stream{Stream(vocoder->network, conditioning)};
        return VOICE_OK;
    });
}

uint32_t voice_vocoder_stream_samples(const voice_vocoder_stream *stream, uint32_t frame_count) {
    const uint32_t frames = std::min(frame_count, VOICE_VOCODER_MAX_FRAMES); // more are not taken
    return stream == nullptr ? 0 : static_cast<uint32_t>(stream->stream.samples_of_push(frames));
}

int voice_vocoder_stream_push(voice_vocoder_stream *stream, const float *frames, uint32_t frame_count,
                              uint32_t channel_stride, float *samples, uint32_t capacity, uint32_t *sample_count) {
    return call([&]() -> int {
        require(sample_count, "sample_count");
        *sample_count = 0;
        require(stream, "stream");
        if (stream->stream.ended()) {
            return VOICE_END;
        }
        check_frames(stream->stream.network(), frames, frame_count, channel_stride);
        *sample_count = static_cast<uint32_t>(stream->stream.samples_of_push(frame_count));
        if (*sample_count > capacity) {
            return VOICE_FULL;
        }
        if (*sample_count > 0) {
            require(samples, "samples");
        }
        stream->stream.push(frames, frame_count, channel_stride, samples);
        return VOICE_OK;
    });
}

int voice_vocoder_stream_flush(voice_vocoder_stream *stream, float *samples, uint32_t capacity,
                               uint32_t *sample_count) {
    return call([&]() -> int {
        require(sample_count, "sample_count");
        *sample_count = 0;
        require(stream, "stream");
        if (stream->stream.ended()) {
            return VOICE_END;
        }
        *sample_count = static_cast<uint32_t>(stream->stream.samples_of_flush());
        if (*sample_count > capacity) {
            return VOICE_FULL;
        }
        if (*sample_count > 0) {
            require(samples, "samples");
        }
        stream->stream.flush(samples);
        return VOICE_OK;
    });
}

int voice_vocoder_stream_reset(voice_vocoder_stream *stream) {
    return call([&] {
        require(stream, "stream");
        stream->stream.reset();
        return VOICE_OK;
    });
}

void voice_vocoder_stream_close(voice_vocoder_stream *stream) {
    delete stream;
}
