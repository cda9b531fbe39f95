package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native core once per process and, if it cannot, says why in one sentence.
 *
 * <p>JavaCPP unpacks the libraries of the classifier jar into its cache ({@code ~/.javacpp/cache}, or the folder that
 * {@code org.bytedeco.javacpp.cachedir} names) under a file lock, so several processes may start at once; later starts find
 * the files there.
 */
public final class NativeLoader {
    private static final String SUPPORTED = "linux-x86_64";

    private NativeLoader() {}

    /** Why the native core cannot be used here, or null if it can. Loads it on the first call. */
    public static @Nullable String problem() {
        return Holder.PROBLEM;
    }

    /**
     * Makes sure that the native core is loaded.
     *
     * @throws VoiceException with code UNAVAILABLE if it cannot be
     */
    public static void require() {
        String problem = Holder.PROBLEM;
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
    }

    /** The native core's version. */
    public static String version() {
        require();
        return Status.text(VoiceLibrary.voice_version());
    }

    /** The SIMD path that the native core chose. */
    public static String simd() {
        require();
        return Status.text(VoiceLibrary.voice_simd());
    }

    private static final class Holder {
        static final @Nullable String PROBLEM = load();

        private static @Nullable String load() {
            String platform = Loader.getPlatform();
            if (!SUPPORTED.equals(platform)) {
                return "platform=" + platform + ": the native core is built for " + SUPPORTED + " only";
            }
            try {
                Loader.load(VoiceLibrary.class);
                return null;
            } catch (LinkageError | RuntimeException e) {
                return missing(platform) ? missingText(platform) : brokenText(platform, e);
            }
        }

        private static boolean missing(String platform) {
            try {
                return Loader.findResource(VoiceLibrary.class, platform + "/libjnivoice.so") == null;
            } catch (IOException e) {
                return true;
            }
        }
    }

    private static String missingText(String platform) {
        String text = "the native libraries for " + platform
                + " are not on the class path: add this dependency: dev.duplexvoice:voice-native:" + artifactVersion()
                + ":" + platform;
        // Nothing requires the jar of the libraries by name, so on the module path it has to be asked for.
        return NativeLoader.class.getModule().isNamed()
                ? text + ", and on the module path --add-modules dev.duplexvoice.nativecore.linux.x86_64"
                : text;
    }

    private static String brokenText(String platform, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return "the native libraries for " + platform + " do not load: " + cause.getMessage()
                + "; they need glibc and libstdc++, and a folder for unpacked libraries from which code may run"
                + " (-Dorg.bytedeco.javacpp.cachedir=DIR)";
    }

    static String artifactVersion() {
        try (InputStream in = NativeLoader.class.getResourceAsStream("version.txt")) {
            return in == null ? "VERSION" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "VERSION";
        }
    }
}
