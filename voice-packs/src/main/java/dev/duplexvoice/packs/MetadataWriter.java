package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes the {@code metadata.yaml} of a pack that was pulled. */
final class MetadataWriter {
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(1_000)
            .build();

    private MetadataWriter() {}

    static void write(Path folder, PackDescription description, List<PackFile> files) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", description.id());
        map.put("kind", description.kind().key());
        map.put("family", description.family());
        if (!description.languages().isEmpty()) {
            map.put("languages", description.languages());
        }
        map.put("sample_rate", description.sampleRate());
        map.put("licence", description.licence());
        if (!description.capabilities().isEmpty()) {
            map.put("capabilities", description.capabilities().stream().sorted().toList());
        }
        if (!description.settings().isEmpty()) {
            map.put("settings", new TreeMap<>(description.settings()));
        }
        List<Map<String, Object>> list = new ArrayList<>();
        for (PackFile file : files) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("role", file.role());
            entry.put("path", file.path());
            entry.put("size", file.size());
            entry.put("sha256", file.sha256());
            list.add(entry);
        }
        map.put("files", list);
        String text = new Dump(SETTINGS).dumpToString(map);
        Files.writeString(folder.resolve(PackReader.METADATA), text, StandardCharsets.UTF_8);
    }
}
