package dev.duplexvoice.nativecore.internal;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;

/**
 * {@code voice.h}, function by function; that header is the contract. JavaCPP's builder turns this class into C++ that
 * includes the header, so the C++ compiler checks every signature below.
 *
 * <p>Written by hand: pointer types are chosen for calls that allocate nothing, and the
 * build needs one pass. Load it with {@link NativeLoader} only.
 *
 * <p>The preloads are in the order of their dependencies, because the copies that a Linux distribution ships have no
 * run path and find each other only among what is already loaded.
 */
@Platform(
        value = "linux-x86_64",
        include = {"voice/voice.h", "voice/fvad_call.h"},
        library = "jnivoice",
        link = "voice",
        preload = {
            "asound@.2",
            "flite@.1",
            "flite_usenglish@.1",
            "flite_cmulex@.1",
            "flite_cmu_us_rms@.1",
            "flite_cmu_us_slt@.1",
            "flite_cmu_us_awb@.1",
            "flite_cmu_us_kal16@.1",
            "speexdsp@.1"
        })
@NoException
public final class VoiceLibrary {
    /** {@code VOICE_TTS_MAX_TEXT_BYTES}. */
    public static final int TTS_MAX_TEXT_BYTES = 8192;

    private VoiceLibrary() {}

    /** A {@code voice_vad}, or null. */
    @Opaque
    @Name("voice_vad")
    public static final class Vad extends Pointer {
        /** Null, to be set by an opening function. */
        public Vad() {
            super((Pointer) null);
        }
    }

    /** A {@code voice_vad_gpu}, or null. */
    @Opaque
    @Name("voice_vad_gpu")
    public static final class VadGpu extends Pointer {
        /** Null, to be set by an opening function. */
        public VadGpu() {
            super((Pointer) null);
        }
    }

    /** A {@code voice_tts}, or null. */
    @Opaque
    @Name("voice_tts")
    public static final class Tts extends Pointer {
        /** Null, to be set by an opening function. */
        public Tts() {
            super((Pointer) null);
        }
    }

    /** A {@code voice_tts_stream}, or null. */
    @Opaque
    @Name("voice_tts_stream")
    public static final class TtsStream extends Pointer {
        /** Null, to be set by an opening function. */
        public TtsStream() {
            super((Pointer) null);
        }
    }

    /** A {@code voice_resampler}, or null. */
    @Opaque
    @Name("voice_resampler")
    public static final class ResamplerHandle extends Pointer {
        /** Null, to be set by an opening function. */
        public ResamplerHandle() {
            super((Pointer) null);
        }
    }

    /** {@code voice_vad_options} over memory of the caller. */
    @Name("voice_vad_options")
    public static final class VadOptions extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public VadOptions(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native VadOptions struct_size(@Cast("uint32_t") int value);

        @MemberSetter
        public native VadOptions sample_rate(@Cast("uint32_t") int value);
    }

    /** {@code voice_vad_gpu_options} over memory of the caller. */
    @Name("voice_vad_gpu_options")
    public static final class VadGpuOptions extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public VadGpuOptions(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native VadGpuOptions struct_size(@Cast("uint32_t") int value);

        @MemberSetter
        public native VadGpuOptions device(@Cast("uint32_t") int value);

        @MemberSetter
        public native VadGpuOptions max_streams(@Cast("uint32_t") int value);

        @MemberSetter
        public native VadGpuOptions precision(@Cast("uint32_t") int value);

        @MemberSetter
        public native VadGpuOptions chunk_streams(@Cast("uint32_t") int value);
    }

    /** {@code voice_tts_options} over memory of the caller. */
    @Name("voice_tts_options")
    public static final class TtsOptions extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public TtsOptions(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native TtsOptions struct_size(@Cast("uint32_t") int value);

        @MemberSetter
        public native TtsOptions rate(float value);

        @MemberSetter
        public native TtsOptions pitch(float value);
    }

    /** An array of {@code voice_tts_word} over memory of the caller. */
    @Name("voice_tts_word")
    public static final class TtsWords extends Pointer {
        /** A view of memory; {@link #position(long)} chooses the word. */
        public TtsWords(Pointer memory) {
            super(memory);
        }

        @MemberGetter
        public native @Cast("int64_t") long start_sample();

        @MemberGetter
        public native @Cast("int64_t") long end_sample();

        @MemberGetter
        public native @Cast("uint32_t") int text_begin();

        @MemberGetter
        public native @Cast("uint32_t") int text_end();
    }

    /** A {@code voice_vocoder}, or null. */
    @Opaque
    @Name("voice_vocoder")
    public static final class Generator extends Pointer {
        /** Null, to be set by an opening function. */
        public Generator() {
            super((Pointer) null);
        }
    }

    /** A {@code voice_vocoder_stream}, or null. */
    @Opaque
    @Name("voice_vocoder_stream")
    public static final class GeneratorStream extends Pointer {
        /** Null, to be set by an opening function. */
        public GeneratorStream() {
            super((Pointer) null);
        }
    }

    /** {@code voice_vocoder_info} over memory of the caller. */
    @Name("voice_vocoder_info")
    public static final class GeneratorInfo extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public GeneratorInfo(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native GeneratorInfo struct_size(@Cast("uint32_t") int value);

        @MemberGetter
        public native @Cast("uint32_t") int channels();

        @MemberGetter
        public native @Cast("uint32_t") int hop();

        @MemberGetter
        public native @Cast("uint32_t") int sample_rate();

        @MemberGetter
        public native @Cast("uint32_t") int lookahead_samples();

        @MemberGetter
        public native @Cast("uint32_t") int conditioning_channels();

        @MemberGetter
        public native @Cast("uint64_t") long weight_bytes();

        @MemberGetter
        public native @Cast("uint64_t") long stream_bytes();
    }

    /** {@code voice_vocoder_stream_options} over memory of the caller. */
    @Name("voice_vocoder_stream_options")
    public static final class GeneratorStreamOptions extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes, all zero. */
        public GeneratorStreamOptions(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native GeneratorStreamOptions struct_size(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorStreamOptions conditioning(@Const FloatPointer values);
    }

    /** A {@code voice_vocoder_gpu}, or null. */
    @Opaque
    @Name("voice_vocoder_gpu")
    public static final class GeneratorGpu extends Pointer {
        /** Null, to be set by an opening function. */
        public GeneratorGpu() {
            super((Pointer) null);
        }
    }

    /** {@code voice_vocoder_gpu_options} over memory of the caller. */
    @Name("voice_vocoder_gpu_options")
    public static final class GeneratorGpuOptions extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public GeneratorGpuOptions(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native GeneratorGpuOptions struct_size(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuOptions device(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuOptions precision(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuOptions max_streams(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuOptions max_batch(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuOptions max_frames(@Cast("uint32_t") int value);
    }

    /** {@code voice_vocoder_gpu_info} over memory of the caller. */
    @Name("voice_vocoder_gpu_info")
    public static final class GeneratorGpuInfo extends Pointer {
        /** A view of memory that holds at least {@code sizeof()} bytes. */
        public GeneratorGpuInfo(Pointer memory) {
            super(memory);
        }

        @MemberSetter
        public native GeneratorGpuInfo struct_size(@Cast("uint32_t") int value);

        @MemberGetter
        public native @Cast("uint32_t") int max_batch();

        @MemberGetter
        public native @Cast("uint32_t") int max_frames();

        @MemberGetter
        public native @Cast("uint32_t") int lost();

        @MemberGetter
        public native @Cast("uint64_t") long device_bytes();

        @MemberGetter
        public native @Cast("char*") BytePointer name();

        @MemberGetter
        public native @Cast("char*") BytePointer problem();
    }

    /** An array of {@code voice_vocoder_gpu_job} over memory of the caller. */
    @Name("voice_vocoder_gpu_job")
    public static final class GeneratorGpuJobs extends Pointer {
        /** Of each. */
        public static final int BYTES = 48;

        /** A view of memory; {@link #position(long)} chooses the job. */
        public GeneratorGpuJobs(Pointer memory) {
            super(memory);
        }

        @Override
        @SuppressWarnings("unchecked")
        public GeneratorGpuJobs position(long job) {
            return super.position(job);
        }

        @MemberSetter
        public native GeneratorGpuJobs stream(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuJobs frame_count(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuJobs channel_stride(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuJobs flush(@Cast("uint32_t") int value);

        @MemberSetter
        public native GeneratorGpuJobs frames(@Const FloatPointer value);

        @MemberSetter
        public native GeneratorGpuJobs samples(FloatPointer value);

        @MemberSetter
        public native GeneratorGpuJobs capacity(@Cast("uint32_t") int value);

        @MemberGetter
        public native @Cast("uint32_t") int sample_count();

        @MemberGetter
        public native int status();
    }

    /** A {@code voice_gpus}, or null. */
    @Opaque
    @Name("voice_gpus")
    public static final class Gpus extends Pointer {
        /** Null, to be set by an opening function. */
        public Gpus() {
            super((Pointer) null);
        }
    }

    /** An array of {@code voice_gpu_figures} over memory of the caller. */
    @Name("voice_gpu_figures")
    public static final class GpuFigures extends Pointer {
        /** Of each. */
        public static final int BYTES = 752;

        /** A view of memory; {@link #position(long)} chooses the GPU. */
        public GpuFigures(Pointer memory) {
            super(memory);
        }

        @MemberGetter
        public native @Cast("uint32_t") int index();

        @MemberGetter
        public native double memory_used_bytes();

        @MemberGetter
        public native double memory_total_bytes();

        @MemberGetter
        public native double utilization_percent();

        @MemberGetter
        public native double temperature_celsius();

        @MemberGetter
        public native double power_watts();

        @MemberGetter
        public native @Cast("char*") BytePointer name();

        @MemberGetter
        public native @Cast("char*") BytePointer problem();
    }

    // Status, version

    public static native @Cast("const char*") BytePointer voice_last_error();

    public static native @Cast("const char*") BytePointer voice_version();

    public static native @Cast("const char*") BytePointer voice_simd();

    // Frame ring

    public static native @Cast("size_t") long voice_ring_required_bytes(
            @Cast("uint32_t") int slotCount, @Cast("uint32_t") int slotBytes);

    public static native int voice_ring_format(
            Pointer memory,
            @Cast("size_t") long bytes,
            @Cast("uint32_t") int slotCount,
            @Cast("uint32_t") int slotBytes);

    public static native int voice_ring_validate(@Const Pointer memory, @Cast("size_t") long bytes);

    public static native int voice_ring_offer(
            Pointer ring,
            @Const Pointer payload,
            @Cast("uint32_t") int length,
            @Cast("uint32_t") int flags,
            @Cast("int64_t") long timestamp);

    public static native int voice_ring_poll(
            Pointer ring,
            Pointer payload,
            @Cast("uint32_t") int capacity,
            @Cast("uint32_t*") IntPointer length,
            @Cast("uint32_t*") IntPointer flags,
            @Cast("int64_t*") LongPointer timestamp);

    public static native @Cast("uint32_t") int voice_ring_size(@Const Pointer ring);

    public static native @Cast("uint64_t") long voice_ring_refused(@Const Pointer ring);

    // Resampler; options are left at their defaults, so their type is not bound

    public static native int voice_resampler_open(
            @Cast("uint32_t") int inputRate,
            @Cast("uint32_t") int outputRate,
            @Cast("const voice_resampler_options*") @Nullable Pointer options,
            @ByPtrPtr ResamplerHandle resampler);

    public static native int voice_resampler_process(
            ResamplerHandle resampler,
            @Const ShortPointer input,
            @Cast("uint32_t*") IntPointer inputSamples,
            ShortPointer output,
            @Cast("uint32_t*") IntPointer outputSamples);

    public static native int voice_resampler_flush(
            ResamplerHandle resampler, ShortPointer output, @Cast("uint32_t*") IntPointer outputSamples);

    public static native int voice_resampler_reset(ResamplerHandle resampler);

    public static native void voice_resampler_close(ResamplerHandle resampler);

    // Voice activity

    public static native int voice_vad_open_file(
            @Cast("const char*") BytePointer path, @Const VadOptions options, @ByPtrPtr Vad vad);

    public static native int voice_vad_open_memory(
            @Const Pointer bytes, @Cast("size_t") long size, @Const VadOptions options, @ByPtrPtr Vad vad);

    public static native @Cast("uint32_t") int voice_vad_sample_rate(@Const Vad vad);

    public static native @Cast("uint32_t") int voice_vad_window_samples(@Const Vad vad);

    public static native @Cast("uint32_t") int voice_vad_state_floats(@Const Vad vad);

    public static native int voice_vad_process(
            @Const Vad vad,
            @Cast("size_t") long count,
            @Const ShortPointer windows,
            FloatPointer states,
            @Const IntPointer rows,
            FloatPointer probabilities);

    public static native void voice_vad_close(Vad vad);

    // Voice activity on a GPU; submit and wait are for hosts in C that keep two ticks under way

    public static native int voice_vad_gpu_plugin(@Cast("const char*") BytePointer path);

    public static native int voice_vad_gpu_open(@Const Vad vad, @Const VadGpuOptions options, @ByPtrPtr VadGpu gpu);

    public static native ShortPointer voice_vad_gpu_windows(VadGpu gpu);

    /** The same address without a pointer object around it. */
    @Name("voice_vad_gpu_windows")
    public static native @Cast("intptr_t") long voice_vad_gpu_windows_address(VadGpu gpu);

    public static native int voice_vad_gpu_process(
            VadGpu gpu, @Cast("uint32_t") int count, @Const @Nullable IntPointer rows, FloatPointer probabilities);

    public static native int voice_vad_gpu_reset(VadGpu gpu, @Cast("uint32_t") int stream);

    public static native void voice_vad_gpu_close(VadGpu gpu);

    // Speech

    public static native @Cast("uint32_t") int voice_tts_voice_count();

    public static native @Cast("const char*") BytePointer voice_tts_voice_name(@Cast("uint32_t") int index);

    public static native int voice_tts_open(@Cast("const char*") BytePointer voice, @ByPtrPtr Tts tts);

    public static native @Cast("uint32_t") int voice_tts_sample_rate(@Const Tts tts);

    public static native int voice_tts_start(
            @Const Tts tts,
            @Cast("const char*") BytePointer text,
            @Cast("size_t") long textBytes,
            @Const TtsOptions options,
            @ByPtrPtr TtsStream stream);

    public static native int voice_tts_stream_next(
            TtsStream stream,
            ShortPointer buffer,
            @Cast("uint32_t") int capacity,
            @Cast("uint32_t*") IntPointer samples);

    public static native int voice_tts_stream_words(
            TtsStream stream, TtsWords words, @Cast("uint32_t") int capacity, @Cast("uint32_t*") IntPointer count);

    public static native int voice_tts_stream_cancel(TtsStream stream);

    public static native void voice_tts_stream_close(TtsStream stream);

    public static native void voice_tts_close(Tts tts);

    // Pronunciation; the options are left at their default, so their type is not bound, and a word is six ints

    public static native int voice_pronounce(
            @Cast("const char*") BytePointer text,
            @Cast("size_t") long textBytes,
            @Cast("const voice_pronounce_options*") @Nullable Pointer options,
            @Cast("voice_pronounced_word*") IntPointer words,
            @Cast("uint32_t") int wordCapacity,
            @Cast("uint32_t*") IntPointer wordCount,
            @Cast("char*") BytePointer characters,
            @Cast("uint32_t") int characterCapacity,
            @Cast("uint32_t*") IntPointer characterCount);

    // WebRTC's detector: libfvad's functions, called by their addresses (voice/fvad_call.h)

    public static native @Cast("void*") @Nullable Pointer voice_fvad_new(@Cast("void*") Pointer function);

    public static native void voice_fvad_free(@Cast("void*") Pointer function, @Cast("void*") Pointer instance);

    public static native void voice_fvad_reset(@Cast("void*") Pointer function, @Cast("void*") Pointer instance);

    public static native int voice_fvad_set_mode(
            @Cast("void*") Pointer function, @Cast("void*") Pointer instance, int mode);

    public static native int voice_fvad_set_sample_rate(
            @Cast("void*") Pointer function, @Cast("void*") Pointer instance, int sampleRate);

    public static native int voice_fvad_process(
            @Cast("void*") Pointer function,
            @Cast("void*") Pointer instance,
            @Const ShortPointer frame,
            @Cast("size_t") long length);

    // GPUs

    public static native int voice_vocoder_open(
            @Cast("const char*") BytePointer path,
            @Cast("const voice_vocoder_options*") @Nullable Pointer options,
            @ByPtrPtr Generator vocoder);

    public static native int voice_vocoder_get_info(@Const Generator vocoder, GeneratorInfo info);

    public static native void voice_vocoder_close(Generator vocoder);

    public static native int voice_vocoder_stream_open(
            @Const Generator vocoder,
            @Const @Nullable GeneratorStreamOptions options,
            @ByPtrPtr GeneratorStream stream);

    public static native int voice_vocoder_stream_push(
            GeneratorStream stream,
            @Const FloatPointer frames,
            @Cast("uint32_t") int frameCount,
            @Cast("uint32_t") int channelStride,
            FloatPointer samples,
            @Cast("uint32_t") int capacity,
            @Cast("uint32_t*") IntPointer sampleCount);

    public static native int voice_vocoder_stream_flush(
            GeneratorStream stream,
            FloatPointer samples,
            @Cast("uint32_t") int capacity,
            @Cast("uint32_t*") IntPointer sampleCount);

    public static native int voice_vocoder_stream_reset(GeneratorStream stream);

    public static native void voice_vocoder_stream_close(GeneratorStream stream);

    // Vocoder on a GPU

    public static native int voice_vocoder_gpu_open(
            @Const Generator vocoder, @Const GeneratorGpuOptions options, @ByPtrPtr GeneratorGpu gpu);

    public static native int voice_vocoder_gpu_get_info(@Const GeneratorGpu gpu, GeneratorGpuInfo info);

    public static native int voice_vocoder_gpu_stream_open(
            GeneratorGpu gpu, @Const @Nullable GeneratorStreamOptions options, @Cast("uint32_t*") IntPointer stream);

    public static native int voice_vocoder_gpu_stream_reset(GeneratorGpu gpu, @Cast("uint32_t") int stream);

    public static native int voice_vocoder_gpu_stream_close(GeneratorGpu gpu, @Cast("uint32_t") int stream);

    public static native int voice_vocoder_gpu_submit(
            GeneratorGpu gpu, GeneratorGpuJobs jobs, @Cast("uint32_t") int count);

    public static native int voice_vocoder_gpu_wait(GeneratorGpu gpu);

    public static native void voice_vocoder_gpu_close(GeneratorGpu gpu);

    public static native int voice_gpus_open(@Cast("const char*") @Nullable BytePointer library, @ByPtrPtr Gpus gpus);

    public static native int voice_gpus_read(
            Gpus gpus, GpuFigures figures, @Cast("uint32_t") int capacity, @Cast("uint32_t*") IntPointer count);

    public static native void voice_gpus_close(Gpus gpus);
}
