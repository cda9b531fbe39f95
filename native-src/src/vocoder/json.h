#ifndef VOICE_VOCODER_JSON_H
#define VOICE_VOCODER_JSON_H

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voice::vocoder {

/* The text is no JSON. */
class JsonError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/* A value of a JSON text (RFC 8259), copied out of it. */
class Json {
public:
    enum class Type { null, boolean, number, string, array, object };

    /* Throws JsonError. Depth is capped at 32, values at 200,000; numbers are read the same whatever the locale. */
    static Json parse(std::string_view text);

    Type type() const { return type_; }
    bool is(Type type) const { return type_ == type; }

    /* Of a number. */
    double number() const { return number_; }
    /* Of a string. */
    const std::string &string() const { return string_; }
    /* Of an array. */
    const std::vector<Json> &items() const { return items_; }
    /* Of an object, in the order of the text. */
    const std::vector<std::pair<std::string, Json>> &members() const { return members_; }
    /* The member of that name, the last if there are several; NULL if there is none or this is no object. */
    const Json *find(std::string_view name) const;

    /* Whether it is a whole number from low to high, which value then becomes. */
    bool whole(double low, double high, size_t &value) const;

private:
    friend class JsonParser;

    Type type_ = Type::null;
    double number_ = 0;
    std::string string_;
    std::vector<Json> items_;
    std::vector<std::pair<std::string, Json>> members_;
};

} // namespace voice::vocoder

#endif
