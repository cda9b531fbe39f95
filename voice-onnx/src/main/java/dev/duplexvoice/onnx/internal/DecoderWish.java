package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import java.util.Locale;

/**
 * The decoder that a voice is to have.
 *
 * @param streams on a GPU at once
 */
public record DecoderWish(OnnxDecoder decoder, int streams) {
    /** If nobody says. */
    public static final int STREAMS = VocoderOptions.of(VocoderDevice.CUDA).streams();

    static DecoderWish of(OnnxDecoder decoder) {
        return new DecoderWish(decoder, STREAMS);
    }

    /** Whether another decoder is none. */
    boolean isStrict() {
        return decoder == OnnxDecoder.NATIVE || decoder == OnnxDecoder.CUDA;
    }

    VocoderOptions options() {
        return decoder == OnnxDecoder.CUDA
                ? VocoderOptions.of(VocoderDevice.CUDA).withStreams(streams)
                : VocoderOptions.CPU;
    }

    /** What messages begin with. */
    String asked() {
        return "decoder=" + decoder.name().toLowerCase(Locale.ROOT) + ": ";
    }
}
