package dev.duplexvoice.benchmarks.vocoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A decoder on ONNX Runtime at its best: one thread, all graph optimisations, input and output in place, all frames at once. */
final class GraphDecoder implements AutoCloseable {
    private final Subject subject;
    private final FloatBuffer samples;
    private final OrtSession session;
    private final OnnxTensor input;
    private final OnnxTensor output;

    GraphDecoder(Subject subject, FloatBuffer frames, int count) {
        this.subject = subject;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(subject.graph(), options);
            input = OnnxTensor.createTensor(environment, frames, new long[] {1, subject.channels(), count});
            long[] shape;
            try (OrtSession.Result result = session.run(Map.of(subject.input(), input))) {
                shape = ((OnnxTensor) result.get(0)).getInfo().getShape();
            }
            samples = Subject.floats(Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b)));
            output = OnnxTensor.createTensor(environment, samples, shape);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** All samples; the buffer is the same each time. */
    FloatBuffer run() {
        try {
            session.run(Map.of(subject.input(), input), Set.of(), Map.of(subject.output(), output))
                    .close();
        } catch (OrtException e) {
            throw failed(e);
        }
        return samples;
    }

    private VoiceException failed(OrtException e) {
        return new VoiceException(
                VoiceException.Code.MODEL, subject.name() + ": ONNX Runtime cannot run it: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        output.close();
        input.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
