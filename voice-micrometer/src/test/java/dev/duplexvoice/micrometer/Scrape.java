package dev.duplexvoice.micrometer;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus would read, taken apart by the rules of its text format. */
final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    final String text;
    final Map<String, String> types = new TreeMap<>();
    final List<Sample> samples = new ArrayList<>();

    record Sample(String name, Map<String, String> labels, double value) {}

    Scrape(String text) {
        this.text = text;
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                String[] parts = line.split(" ");
                types.put(parts[2], parts[3]);
            } else if (!line.startsWith("#") && !line.isEmpty()) {
                Matcher sample = SAMPLE.matcher(line);
                if (!sample.matches()) {
                    throw new AssertionError("no sample: " + line);
                }
                samples.add(new Sample(
                        sample.group(1),
                        labels(sample.group(2)),
                        Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"))));
            }
        }
    }

    static PrometheusMeterRegistry registry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    static Scrape of(PrometheusMeterRegistry registry) {
        return new Scrape(registry.scrape());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            int at = 0;
            while (label.find()) {
                if (label.start() != at) {
                    throw new AssertionError("no labels: " + text);
                }
                at = label.end();
                labels.put(
                        label.group(1),
                        label.group(2)
                                .replace("\\n", "\n")
                                .replace("\\\"", "\"")
                                .replace("\\\\", "\\"));
            }
            if (at != text.length()) {
                throw new AssertionError("no labels: " + text);
            }
        }
        return labels;
    }

    /** Of all samples of this name that have these labels, name and value in turn. */
    double sum(String name, String... labels) {
        List<Sample> found = find(name, labels);
        if (found.isEmpty()) {
            throw new AssertionError("no " + name + List.of(labels) + " in\n" + text);
        }
        return found.stream().mapToDouble(Sample::value).sum();
    }

    List<Sample> find(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .toList();
    }

    /** Whether there is a sample of a metric, whatever its kind. */
    boolean has(VoiceMetric metric) {
        String name = metric.metricName();
        return !find(metric.kind() == VoiceMetric.Kind.HISTOGRAM ? name + "_count" : name)
                .isEmpty();
    }
}
