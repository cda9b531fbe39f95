package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.internal.OnnxModel.Node;
import dev.duplexvoice.onnx.internal.OnnxModel.Tensor;
import dev.duplexvoice.onnx.internal.OnnxModel.Value;

/** Whether a voice's model and its JSON belong together: what they disagree about would come out as noise, or as another's voice. */
final class PiperChecks {
    private final OnnxModel model;
    private final PiperConfig config;

    private PiperChecks(OnnxModel model, PiperConfig config) {
        this.model = model;
        this.config = config;
    }

    /** @throws VoiceException if they do not */
    static void check(OnnxModel model, PiperConfig config) {
        new PiperChecks(model, config).check();
    }

    private void check() {
        require("input", OnnxModel.INT64);
        require("input_lengths", OnnxModel.INT64);
        require("scales", OnnxModel.FLOAT);
        for (Value input : model.inputs()) {
            switch (input.name()) {
                case "input", "input_lengths", "scales", "sid" -> {}
                default -> throw notPiper("takes an input that no Piper voice has: " + input.name());
            }
        }
        boolean takesSpeaker = model.takes("sid");
        if (takesSpeaker != config.speakers() > 1) {
            throw disagree("num_speakers=" + config.speakers() + ", but " + model.file()
                    + (takesSpeaker ? " takes" : " does not take") + " a speaker (input sid)");
        }
        long symbols = rowsLookedUpBy("input");
        if (symbols >= 0) {
            if (config.symbolCount() > 0 && config.symbolCount() != symbols) {
                throw disagree("num_symbols=" + config.symbolCount() + ", but " + model.file() + " knows " + symbols
                        + " symbols");
            }
            config.symbols().forEach((symbol, ids) -> {
                for (long id : ids) {
                    if (id >= symbols) {
                        throw disagree("phoneme_id_map[\"" + Character.toString(symbol) + "\"] has id " + id + ", but "
                                + model.file() + " knows " + symbols + " symbols");
                    }
                }
            });
        }
        long speakers = takesSpeaker ? rowsLookedUpBy("sid") : -1;
        if (speakers >= 0 && config.speakers() > speakers) {
            throw disagree("num_speakers=" + config.speakers() + ", but " + model.file() + " knows " + speakers);
        }
    }

    private void require(String name, int type) {
        Value input = model.inputs().stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> notPiper("has no input " + name));
        if (input.elementType() != type) {
            throw notPiper(
                    "takes " + name + " as something else than " + (type == OnnxModel.FLOAT ? "float32" : "int64"));
        }
    }

    /** Rows of the table that an input's values are looked up in; -1 if that is not seen. */
    private long rowsLookedUpBy(String input) {
        for (Node node : model.nodes()) {
            if (node.operator().equals("Gather")
                    && node.inputs().size() == 2
                    && node.inputs().get(1).equals(input)) {
                Tensor table = model.initializers().get(node.inputs().get(0));
                if (table != null && table.shape().length == 2 && node.integers("axis", 0)[0] == 0) {
                    return table.shape()[0];
                }
            }
        }
        return -1;
    }

    private VoiceException notPiper(String what) {
        return new VoiceException(
                VoiceException.Code.MODEL, "model=" + model.file() + ": " + what + "; it is no Piper voice");
    }

    private VoiceException disagree(String what) {
        return new VoiceException(
                VoiceException.Code.MODEL,
                "config=" + config.file() + ": " + what + "; the two are not of one voice, download both again");
    }
}
