#include "tts/transliteration.h"

#include <algorithm>
#include <iterator>

namespace voice::tts {

namespace {

constexpr std::string_view gap = " ";

// One ASCII letter for each character from U+00C0; '?' marks those that need two and stand in the table below.
constexpr std::string_view latin_letters = "AAAAAA?CEEEEIIII"  // U+00C0
                                           "DNOOOOO?OUUUUY??"  // U+00D0
                                           "aaaaaa?ceeeeiiii"  // U+00E0
                                           "dnooooo?ouuuuy?y"  // U+00F0
                                           "AaAaAaCcCcCcCcDd"  // U+0100
                                           "DdEeEeEeEeEeGgGg"  // U+0110
                                           "GgGgHhHhIiIiIiIi"  // U+0120
                                           "Ii??JjKkqLlLlLlL"  // U+0130
                                           "lLlNnNnNnnNnOoOo"  // U+0140
                                           "Oo??RrRrRrSsSsSs"  // U+0150
                                           "SsTtTtTtUuUuUuUu"  // U+0160
                                           "UuUuWwYyYZzZzZzs"; // U+0170
constexpr char32_t latin_begin = 0xc0;
static_assert(latin_letters.size() == 0x180 - latin_begin);

struct Entry {
    char32_t character;
    std::string_view text;
};

// Sorted by character. Words that stand for a sign keep apart from the digits and letters next to it.
constexpr Entry entries[] = {
    {0xa2, " cents "},   {0xa3, " pounds "},  {0xa5, " yen "},     {0xa7, " section "},
    {0xab, "\""},        {0xad, ""},          {0xb0, " degrees "}, {0xb1, " plus or minus "},
    {0xb2, " squared "}, {0xb3, " cubed "},   {0xb4, "'"},         {0xb5, " micro "},
    {0xbb, "\""},        {0xbc, " 1/4 "},     {0xbd, " 1/2 "},     {0xbe, " 3/4 "},
    {0xc6, "AE"},        {0xd7, " times "},   {0xde, "Th"},        {0xdf, "ss"},
    {0xe6, "ae"},        {0xf7, " divided by "}, {0xfe, "th"},     {0x132, "IJ"},
    {0x133, "ij"},       {0x152, "OE"},       {0x153, "oe"},       {0x218, "S"},
    {0x219, "s"},        {0x21a, "T"},        {0x21b, "t"},        {0x2bc, "'"},
    {0x3bc, " micro "},  {0x200b, ""},        {0x200c, ""},        {0x200d, ""},
    {0x200e, ""},        {0x200f, ""},        {0x2010, "-"},       {0x2011, "-"},
    {0x2012, "-"},       {0x2013, "-"},       {0x2014, " - "},     {0x2015, " - "},
    {0x2018, "'"},       {0x2019, "'"},       {0x201a, "'"},       {0x201b, "'"},
    {0x201c, "\""},      {0x201d, "\""},      {0x201e, "\""},      {0x201f, "\""},
    {0x2026, "... "},    {0x2032, "'"},       {0x2033, "\""},      {0x2039, "'"},
    {0x203a, "'"},       {0x2044, "/"},       {0x2060, ""},        {0x20ac, " euros "},
    {0x2212, "-"},       {0x3001, ", "},      {0x3002, ". "},      {0xfeff, ""},
    {0xfffc, " "},
};

constexpr bool is_sorted() {
    for (size_t i = 1; i < std::size(entries); i++) {
        if (entries[i - 1].character >= entries[i].character) {
            return false;
        }
    }
    return true;
}
static_assert(is_sorted());

// A character of this table by itself, for the one-character results.
constexpr std::string_view ascii = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                                   "abcdefghijklmnopqrstuvwxyz{|}~";

std::string_view ascii_character(char32_t character) {
    return ascii.substr(character - '!', 1);
}

bool has_no_width(char32_t c) {
    return (c >= 0x300 && c <= 0x36f) ||    // combining accents
           (c >= 0x202a && c <= 0x202e) ||  // directions
           (c >= 0x20d0 && c <= 0x20ff) ||  // combining marks for symbols, such as keycaps
           (c >= 0xfe00 && c <= 0xfe0f) ||  // variation selectors
           (c >= 0xe0000 && c <= 0xe01ef);  // tags and more selectors
}

} // namespace

std::string_view transliterate(char32_t c) {
    if (c < 0x80) {
        return c > ' ' && c < 0x7f ? ascii_character(c) : gap;
    }
    if (c >= latin_begin && c < 0x180 && latin_letters[c - latin_begin] != '?') {
        return latin_letters.substr(c - latin_begin, 1);
    }
    if (c >= 0xff01 && c <= 0xff5e) { // full-width forms of ASCII
        return ascii_character(c - 0xff01 + '!');
    }
    if (has_no_width(c)) {
        return "";
    }
    const Entry *entry = std::lower_bound(std::begin(entries), std::end(entries), c,
                                          [](const Entry &e, char32_t value) { return e.character < value; });
    return entry != std::end(entries) && entry->character == c ? entry->text : gap;
}

} // namespace voice::tts
