#include "vocoder/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace voice::vocoder {

namespace {

constexpr int max_depth = 32;
/* Each takes 96 bytes, of a text that may have but two. The largest voices have a few thousand. */
constexpr size_t max_values = 200000;

void append_utf8(std::string &text, unsigned code) {
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | code >> 6);
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0 | code >> 12);
        text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        text += static_cast<char>(0xf0 | code >> 18);
        text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
        text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    }
}

} // namespace

class JsonParser {
public:
    explicit JsonParser(std::string_view text) : rest_(text) {}

    Json document() {
        Json result = value(0);
        skip_space();
        if (!rest_.empty()) {
            throw JsonError("something follows its end");
        }
        return result;
    }

private:
    Json value(int depth) {
        if (depth > max_depth) {
            throw JsonError("it is nested too deep");
        }
        if (++values_ > max_values) {
            throw JsonError("it has more than " + std::to_string(max_values) + " values");
        }
        skip_space();
        Json result;
        switch (peek()) {
        case '{':
            object(result, depth);
            break;
        case '[':
            array(result, depth);
            break;
        case '"':
            result.type_ = Json::Type::string;
            result.string_ = string();
            break;
        case 't':
            word("true");
            result.type_ = Json::Type::boolean;
            result.number_ = 1;
            break;
        case 'f':
            word("false");
            result.type_ = Json::Type::boolean;
            break;
        case 'n':
            word("null");
            break;
        default:
            result.type_ = Json::Type::number;
            result.number_ = number();
        }
        return result;
    }

    void object(Json &result, int depth) {
        result.type_ = Json::Type::object;
        take();
        skip_space();
        if (peek() == '}') {
            take();
            return;
        }
        for (;;) {
            skip_space();
            std::string name = string();
            skip_space();
            if (take() != ':') {
                throw JsonError("a colon is missing");
            }
            result.members_.emplace_back(std::move(name), value(depth + 1));
            if (!goes_on('}')) {
                return;
            }
        }
    }

    void array(Json &result, int depth) {
        result.type_ = Json::Type::array;
        take();
        skip_space();
        if (peek() == ']') {
            take();
            return;
        }
        do {
            result.items_.push_back(value(depth + 1));
        } while (goes_on(']'));
    }

    bool goes_on(char end) {
        skip_space();
        const char next = take();
        if (next != ',' && next != end) {
            throw JsonError("a comma is missing");
        }
        return next == ',';
    }

    std::string string() {
        if (take() != '"') {
            throw JsonError("a quotation mark is missing");
        }
        std::string text;
        for (;;) {
            const char next = take();
            if (next == '"') {
                return text;
            }
            if (static_cast<unsigned char>(next) < ' ') {
                throw JsonError("a string holds a control character");
            }
            if (next != '\\') {
                text += next;
                continue;
            }
            escape(text);
        }
    }

    void escape(std::string &text) {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char name = take();
        if (const size_t index = names.find(name); index != std::string_view::npos) {
            text += meanings[index];
        } else if (name == 'u') {
            unsigned code = hexadecimal();
            if (code >= 0xd800 && code < 0xdc00 && rest_.substr(0, 2) == "\\u") {
                rest_.remove_prefix(2);
                code = 0x10000 + ((code & 0x3ff) << 10) + (hexadecimal() & 0x3ff);
            }
            append_utf8(text, code);
        } else {
            throw JsonError("an escape is unknown");
        }
    }

    unsigned hexadecimal() {
        unsigned code = 0;
        for (int i = 0; i < 4; i++) {
            const size_t value = std::string_view("0123456789abcdefABCDEF").find(take());
            if (value == std::string_view::npos) {
                throw JsonError("an escape is cut off");
            }
            code = code << 4 | static_cast<unsigned>(value < 16 ? value : value - 6);
        }
        return code;
    }

    // Not strtod: it reads as the process's locale writes, and a JVM takes over that of its user. from_chars alone would take "inf"
    // and "nan".
    double number() {
        const size_t length = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
        const bool starts = length > 0 && (rest_[0] == '-' || (rest_[0] >= '0' && rest_[0] <= '9'));
        if (!starts || length > 64) {
            throw JsonError("a value is not understood");
        }
        double result = 0;
        const char *const end = rest_.data() + length;
        const auto [read, error] = std::from_chars(rest_.data(), end, result);
        if (read != end || error != std::errc() || !std::isfinite(result)) {
            throw JsonError("a number is not understood");
        }
        rest_.remove_prefix(length);
        return result;
    }

    void word(std::string_view expected) {
        if (rest_.substr(0, expected.size()) != expected) {
            throw JsonError("a value is not understood");
        }
        rest_.remove_prefix(expected.size());
    }

    void skip_space() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    }

    char peek() const {
        if (rest_.empty()) {
            throw JsonError("it is cut off");
        }
        return rest_.front();
    }

    char take() {
        const char next = peek();
        rest_.remove_prefix(1);
        return next;
    }

    size_t values_ = 0;
    std::string_view rest_;
};

Json Json::parse(std::string_view text) {
    return JsonParser(text).document();
}

const Json *Json::find(std::string_view name) const {
    const Json *found = nullptr;
    for (const auto &[key, value] : members_) {
        if (key == name) {
            found = &value;
        }
    }
    return found;
}

bool Json::whole(double low, double high, size_t &value) const {
    if (type_ != Type::number || !(number_ >= low && number_ <= high) || number_ != std::floor(number_)) {
        return false;
    }
    value = static_cast<size_t>(number_);
    return true;
}

} // namespace voice::vocoder
