package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a decoder takes beside the frames: tensors by name, which whoever is given them closes. */
final class Conditions {

    /** Makes one. */
    interface Source {
        OnnxTensor tensor(String name) throws OrtException;
    }

    private Conditions() {}

    /** All of these names; none is left if one cannot be made. */
    static Map<String, OnnxTensor> of(List<String> names, Source source) throws OrtException {
        Map<String, OnnxTensor> made = new HashMap<>();
        boolean all = false;
        try {
            for (String name : names) {
                made.put(name, source.tensor(name));
            }
            all = true;
            return made;
        } finally {
            if (!all) {
                close(made);
            }
        }
    }

    static void close(Map<String, OnnxTensor> conditions) {
        conditions.values().forEach(OnnxTensor::close);
    }
}
