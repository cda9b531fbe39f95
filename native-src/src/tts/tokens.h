#ifndef VOICE_TTS_TOKENS_H
#define VOICE_TTS_TOKENS_H

#include <string>
#include <vector>

#include "tts/speech_text.h"

namespace voice::tts {

/* A word of the text with the punctuation around it, as flite's Token relation wants it. */
struct Token {
    std::string whitespace;     // in front of it
    std::string prepunctuation; // opening quotes and brackets
    std::string name;           // never empty, always something that is spoken
    std::string punctuation;    // behind it; decides where phrases end
    TextRange source;           // of the name
};

/* Longest name: bounds flite's recursion over the parts of a token. Longer words are cut. */
constexpr size_t max_token_characters = 48;

/*
 * Cuts a text into tokens, by flite's rules for English with these differences, all of them so that flite's text
 * analysis, which trusts its input, gets nothing that it mishandles:
 *
 * - what cannot be spoken is left out: lone punctuation, rules of dashes, the asterisks of Markdown
 * - brackets and double quotes inside a word separate words
 * - an apostrophe separates unless a letter follows, and so do two commas in a row; commas in amounts of dollars go.
 *   flite would index its tables of number words with such characters.
 * - length is bounded
 */
std::vector<Token> tokenize(const SpeechText &text);

/*
 * Cuts tokens into runs that are synthesised one after the other, at the ends of sentences where there are any. flite's
 * effort and memory grow with the square of the run; what one person says between two breaths is one run.
 * Returns the index behind the last token of each.
 */
std::vector<size_t> split_runs(const std::vector<Token> &tokens);

} // namespace voice::tts

#endif
