package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libfvad, WebRTC's voice activity detector, in the shared library that the jar
 * {@code io.github.givimad:libfvad-jni} carries. They are called directly: that jar's own Java binding never releases the copy of
 * each frame, keeps its instances in an unguarded map, and names them with {@code rand()}, whose order the embedded voices need.
 */
final class Fvad {
    private static final String RESOURCE = "debian-amd64/liblibfvad-jni.so";

    private final Pointer create = symbol("fvad_new");
    private final Pointer free = symbol("fvad_free");
    private final Pointer reset = symbol("fvad_reset");
    private final Pointer setMode = symbol("fvad_set_mode");
    private final Pointer setSampleRate = symbol("fvad_set_sample_rate");
    private final Pointer process = symbol("fvad_process");

    private Fvad() {}

    /**
     * The functions; loads the library on the first call.
     *
     * @throws VoiceException with code UNAVAILABLE if it cannot be loaded
     */
    static Fvad require() {
        NativeLoader.require();
        Fvad functions = Holder.FUNCTIONS;
        if (functions == null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, "detector=webrtc: " + Holder.PROBLEM);
        }
        return functions;
    }

    /**
     * A new instance, in no particular mode.
     *
     * @throws OutOfMemoryError if libfvad gets no memory
     */
    Pointer create() {
        Pointer instance = VoiceLibrary.voice_fvad_new(create);
        if (instance == null || instance.isNull()) {
            throw new OutOfMemoryError("libfvad has no memory for another caller");
        }
        return instance;
    }

    /** Frees an instance. */
    void free(Pointer instance) {
        VoiceLibrary.voice_fvad_free(free, instance);
    }

    /** Makes an instance as new, with a mode, 0 to 3, and a sample rate. */
    void reset(Pointer instance, int mode, int sampleRate) {
        // The reset forgets mode and rate too.
        VoiceLibrary.voice_fvad_reset(reset, instance);
        if (VoiceLibrary.voice_fvad_set_mode(setMode, instance, mode) < 0
                || VoiceLibrary.voice_fvad_set_sample_rate(setSampleRate, instance, sampleRate) < 0) {
            throw new VoiceException(
                    VoiceException.Code.INTERNAL, "libfvad refused mode=" + mode + ", sampleRate=" + sampleRate);
        }
    }

    /** Judges a frame of 10, 20 or 30 ms: whether it is speech. */
    boolean process(Pointer instance, ShortPointer frame, int length) {
        int decision = VoiceLibrary.voice_fvad_process(process, instance, frame, length);
        if (decision < 0) {
            throw new VoiceException(VoiceException.Code.INTERNAL, "libfvad refused a frame of " + length + " samples");
        }
        return decision > 0;
    }

    private static Pointer symbol(String name) {
        Pointer address = Loader.addressof(name);
        if (address == null || address.isNull()) {
            throw new UnsatisfiedLinkError("it has no " + name);
        }
        return address;
    }

    private static final class Holder {
        static @Nullable String PROBLEM;
        static final @Nullable Fvad FUNCTIONS = load();

        private static @Nullable Fvad load() {
            URL resource = Fvad.class.getClassLoader().getResource(RESOURCE);
            if (resource == null) {
                PROBLEM = "no " + RESOURCE + " on the class path: add the dependency io.github.givimad:libfvad-jni";
                // Nothing requires that jar by name, so on the module path it has to be asked for.
                if (Fvad.class.getModule().isNamed()) {
                    PROBLEM += ", and on the module path --add-modules libfvad.jni";
                }
                return null;
            }
            try {
                File library = Loader.cacheResource(resource);
                Loader.loadGlobal(library.getPath());
                return new Fvad();
            } catch (IOException | LinkageError | RuntimeException e) {
                PROBLEM = "libfvad does not load: " + e.getMessage();
                return null;
            }
        }
    }
}
