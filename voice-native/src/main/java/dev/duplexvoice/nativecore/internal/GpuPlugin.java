package dev.duplexvoice.nativecore.internal;

import java.io.IOException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;

/**
 * Where {@code libvoice_cuda.so} is: at {@code $VOICE_CUDA_PLUGIN}, else in the jar with the classifier {@code linux-x86_64-gpu},
 * else in the folder of {@code libvoice.so}. It is unpacked the first time that a detector is to use a GPU.
 */
final class GpuPlugin {
    private static final String RESOURCE =
            VoiceLibrary.class.getPackageName().replace('.', '/') + "/linux-x86_64/libvoice_cuda.so";

    private GpuPlugin() {}

    /** Tells the native core where it is, once. */
    static void locate() {
        Holder.locate();
    }

    /** What to do where it was not found. */
    static String remedy() {
        return Holder.FOUND
                ? ""
                : "; it is in dev.duplexvoice:voice-native:" + NativeLoader.artifactVersion() + ":linux-x86_64-gpu"
                        + (GpuPlugin.class.getModule().isNamed()
                                ? " (on the module path with --add-modules dev.duplexvoice.nativecore.linux.x86_64.gpu)"
                                : "")
                        + ", or VOICE_CUDA_PLUGIN names it";
    }

    private static final class Holder {
        static final boolean FOUND = find();

        /** The work is that of the initialiser. */
        static void locate() {}

        private static boolean find() {
            String given = System.getenv("VOICE_CUDA_PLUGIN");
            if (given != null && !given.isEmpty()) {
                return true;
            }
            URL resource = GpuPlugin.class.getClassLoader().getResource(RESOURCE);
            if (resource == null) {
                return false;
            }
            try {
                String path = Loader.cacheResource(resource).getPath();
                Status.check(VoiceLibrary.voice_vad_gpu_plugin(DirectMemory.string(path)));
                return true;
            } catch (IOException e) {
                // The native core then looks beside libvoice.so, and says that there is none.
                return false;
            }
        }
    }
}
