package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the detectors' weights are. */
public final class DetectorModels {
    private static final List<String> SILERO_NAMES = List.of("silero_vad.onnx", "silero_vad_16k_op15.onnx");
    private static final int SILERO_8K_NAMES = 1;

    private DetectorModels() {}

    /** {@code $VOICE_HOME/models}, or {@code ~/.voice/models} if VOICE_HOME is not set. */
    public static Path defaultFolder() {
        String home = System.getenv("VOICE_HOME");
        Path base = home == null || home.isEmpty()
                ? Path.of(System.getProperty("user.home", "."), ".voice")
                : Path.of(home);
        return base.resolve("models");
    }

    /**
     * Finds Silero's weights in the model folder. Only the first of its files has 8 kHz.
     *
     * @throws VoiceException with code NOT_FOUND if there are none
     */
    public static Path silero(Path folder, int sampleRate) {
        List<String> names = sampleRate == 8_000 ? SILERO_NAMES.subList(0, SILERO_8K_NAMES) : SILERO_NAMES;
        for (String name : names) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new VoiceException(
                VoiceException.Code.NOT_FOUND,
                "detector=silero: no " + String.join(" or ", names) + " in " + folder
                        + "; put one there or give its path with --model");
    }

    /**
     * The bytes of a model that is a resource of this module.
     *
     * @throws VoiceException if it is missing
     */
    public static byte[] embedded(Class<?> owner, String resource) {
        try (@Nullable InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the voice-native jar lacks " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "cannot read the embedded " + resource, e);
        }
    }
}
