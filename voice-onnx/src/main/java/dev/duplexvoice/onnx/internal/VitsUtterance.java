package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A phrase whose frames are known and are decoded part by part. */
final class VitsUtterance implements Utterance {
    private final VitsDecoder decoder;
    private final ReceptiveField field;
    private final FloatBuffer frames;
    private final int count;
    private final Map<String, OnnxTensor> conditions;
    private final RunStop stop;
    private final long @Nullable [] idEnds;
    private final ChunkPlan plan;
    private final ChunkMemory memory;
    private boolean closed;

    VitsUtterance(
            VitsDecoder decoder,
            ReceptiveField field,
            FloatBuffer frames,
            int count,
            Map<String, OnnxTensor> conditions,
            float @Nullable [] durations,
            RunStop stop) {
        this.decoder = decoder;
        this.field = field;
        this.frames = frames;
        this.count = count;
        this.conditions = conditions;
        this.stop = stop;
        this.idEnds = IdEnds.of(durations, count, field.samplesPerFrame());
        this.plan = new ChunkPlan(count, field.context(), VitsDecoder.LONGEST);
        this.memory = decoder.takeMemory(field);
    }

    @Override
    public long samples() {
        return (long) count * field.samplesPerFrame();
    }

    @Override
    public long @Nullable [] idEnds() {
        return idEnds;
    }

    @Override
    public @Nullable FloatBuffer next() {
        if (!plan.advance(decoder.load())) {
            return null;
        }
        try {
            FloatBuffer samples =
                    decoder.decode(memory, field, frames, count, plan.begin(), plan.end(), conditions, stop);
            int hop = field.samplesPerFrame();
            return samples.slice(
                    (plan.spokenBegin() - plan.begin()) * hop, (plan.spokenEnd() - plan.spokenBegin()) * hop);
        } catch (OrtException e) {
            throw decoder.failed(e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Conditions.close(conditions);
            decoder.giveMemory(memory);
        }
    }
}
