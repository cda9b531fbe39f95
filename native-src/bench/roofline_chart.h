#ifndef VOICE_BENCH_ROOFLINE_CHART_H
#define VOICE_BENCH_ROOFLINE_CHART_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <vector>

namespace voice::bench {

/* What one core can do at most. */
struct Roofs {
    struct Level {
        const char *name;
        size_t bytes;
        double bandwidth; // bytes a second
    };
    double flops = 0; // a second
    std::vector<Level> levels;
};

/* Operations a second over operations a byte, both logarithmic, as an SVG file that suits a light and a dark page. */
class RooflineChart {
public:
    RooflineChart(const Roofs &roofs, const std::string &path) : roofs_(roofs), path_(path) {}

    /* intensity in operations a byte, rate in operations a second. A model has one colour, and comes at once. */
    void add(const std::string &model, const std::string &stage, double intensity, double rate) {
        if (models_.empty() || models_.back() != model) {
            models_.push_back(model);
        }
        points_.push_back({models_.size() - 1, stage, intensity, rate});
    }

    bool write(const char *file) const {
        std::FILE *out = std::fopen(file, "w");
        if (out == nullptr) {
            return false;
        }
        const std::string text = svg();
        const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
        return std::fclose(out) == 0 && written;
    }

private:
    struct Point {
        size_t model;
        std::string stage;
        double intensity;
        double rate;
    };

    // The plot within the picture, and what its edges stand for.
    static constexpr double left = 70, right = 755, top = 66, bottom = 426;
    static constexpr double least_x = 0.5, most_x = 64, least_y = 32e9, most_y = 350e9;
    static constexpr size_t colours = 6;

    static double x(double intensity) {
        return left + std::log(intensity / least_x) / std::log(most_x / least_x) * (right - left);
    }
    static double y(double rate) {
        return bottom - std::log(rate / least_y) / std::log(most_y / least_y) * (bottom - top);
    }

    static std::string format(const char *pattern, ...) __attribute__((format(printf, 1, 2))) {
        char text[512];
        va_list values;
        va_start(values, pattern);
        std::vsnprintf(text, sizeof text, pattern, values);
        va_end(values);
        return text;
    }

    std::string svg() const {
        const double height = bottom + 62 + 22 * static_cast<double>((models_.size() + 2) / 3);
        std::string text = format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 785 %.0f\" width=\"785\" "
                                  "height=\"%.0f\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" "
                                  "aria-label=\"Roofline of one core\">\n",
                                  height, height);
        text += style;
        text += format("<rect class=\"page\" width=\"785\" height=\"%.0f\" rx=\"6\"/>\n", height);
        text += "<text class=\"title\" x=\"16\" y=\"28\">What bounds a vocoder: stages below the roofs of one core</text>\n";
        text += format("<text class=\"note\" x=\"16\" y=\"48\">GFLOP/s over FLOP a byte, %s; the number is the stage</text>\n",
                       path_.c_str());
        text += grid() + roofs();
        for (const Point &point : points_) {
            const double px = x(std::clamp(point.intensity, least_x, most_x));
            const double py = y(std::clamp(point.rate, least_y, most_y));
            text += format("<circle class=\"m%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>\n", point.model % colours, px, py);
            text += format("<text class=\"stage\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", px, py + 4,
                           point.stage.c_str());
        }
        for (size_t i = 0; i < models_.size(); i++) {
            const double px = left + 230 * static_cast<double>(i % 3);
            const double py = bottom + 60 + 22 * static_cast<double>(i / 3);
            text += format("<circle class=\"m%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>\n", i % colours, px, py - 4);
            text += format("<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", px + 14, py, models_[i].c_str());
        }
        return text + "</svg>\n";
    }

    static std::string grid() {
        std::string text;
        for (double value = least_x; value <= most_x; value *= 2) {
            text += format("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x(value), top,
                           x(value), bottom);
            text += format("<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n", x(value),
                           bottom + 18, value);
        }
        for (double value = least_y; value <= most_y; value *= 2) {
            text += format("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", left, y(value), right,
                           y(value));
            text += format("<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>\n", left - 8,
                           y(value) + 4, value * 1e-9);
        }
        return text + format("<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">FLOP a byte</text>\n", right,
                             bottom + 36);
    }

    std::string roofs() const {
        std::string text = format("<line class=\"roof\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                                  x(std::max(least_x, roofs_.flops / roofs_.levels[0].bandwidth)), y(roofs_.flops), right,
                                  y(roofs_.flops));
        text += format("<text class=\"label\" x=\"%.1f\" y=\"%.1f\">multiply and add: %.0f GFLOP/s</text>\n", left + 110,
                       y(roofs_.flops) - 10, roofs_.flops * 1e-9);
        const double turn = -std::atan2(y(1e9) - y(2e9), x(2) - x(1)) * 180 / 3.14159265;
        for (const Roofs::Level &level : roofs_.levels) {
            const double begin = std::max(least_x, least_y / level.bandwidth);
            const double end = roofs_.flops / level.bandwidth;
            if (end < 1.5 * begin) {
                continue; // too far to the left
            }
            text += format("<line class=\"roof\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x(begin),
                           y(begin * level.bandwidth), x(end), y(roofs_.flops));
            const double middle = std::sqrt(begin * end);
            text += format("<text class=\"note\" transform=\"translate(%.1f %.1f) rotate(%.1f)\" text-anchor=\"middle\">%s: "
                           "%.0f GB/s</text>\n",
                           x(middle) - 4, y(middle * level.bandwidth) - 5, turn, level.name, level.bandwidth * 1e-9);
        }
        return text;
    }

    static constexpr const char *style =
        "<style>\n"
        ".page { fill: #ffffff } .title { fill: #1f2328; font-size: 16px; font-weight: 600 }\n"
        ".label { fill: #1f2328 } .note { fill: #59636e; font-size: 12px } .grid { stroke: #eaeef2 }\n"
        ".roof { stroke: #59636e; stroke-width: 2 } .stage { fill: #ffffff; font-size: 11px; font-weight: 600 }\n"
        "circle { stroke: #ffffff } .m0 { fill: #0b62a4 } .m1 { fill: #bc4c00 } .m2 { fill: #1a7f37 }\n"
        ".m3 { fill: #8250df } .m4 { fill: #cf222e } .m5 { fill: #6e7781 }\n"
        "@media (prefers-color-scheme: dark) {\n"
        ".page { fill: #0d1117 } .title, .label { fill: #f0f6fc } .note { fill: #9198a1 } .grid { stroke: #21262d }\n"
        ".roof { stroke: #9198a1 } circle { stroke: #0d1117 } .m0 { fill: #1f6feb }\n"
        "}\n"
        "</style>\n";

    Roofs roofs_;
    std::string path_;
    std::vector<std::string> models_;
    std::vector<Point> points_;
};

} // namespace voice::bench

#endif
