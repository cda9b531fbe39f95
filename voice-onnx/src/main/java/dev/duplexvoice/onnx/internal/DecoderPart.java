package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder of a VITS graph as a model of its own. Public for the benchmarks, which run it alone.
 *
 * @param model in a direct buffer, as ONNX Runtime takes it
 * @param frames its input, float32 {@code [1, channels, frames]}
 * @param channels of a frame
 * @param conditions its other inputs: the speaker's embedding, where there are speakers
 * @param output the waveform
 */
public record DecoderPart(ByteBuffer model, String frames, int channels, List<String> conditions, String output) {

    /**
     * That of a voice's file.
     *
     * @throws VoiceException if the file cannot be read, or is no graph that can be cut
     */
    public static DecoderPart of(Path file) {
        OnnxModel model = OnnxReader.read(file);
        GraphCut cut = GraphCut.find(model);
        if (cut == null) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "model=" + file + ": has no decoder that it can be cut at; give a Piper voice");
        }
        return of(model, cut);
    }

    static DecoderPart of(OnnxModel model, GraphCut cut) {
        List<String> inputs = new ArrayList<>(List.of(cut.frames()));
        inputs.addAll(cut.conditions());
        String output = model.outputs().get(0).name();
        return new DecoderPart(
                OnnxWriter.write(model, cut.decoder(), List.of(), inputs, List.of(output)),
                cut.frames(),
                cut.channels(),
                cut.conditions(),
                output);
    }
}
