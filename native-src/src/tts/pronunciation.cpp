#include "tts/pronunciation.h"

#include <cstring>

#include "tts/flite_voices.h"
#include "tts/token_utterance.h"

/*
 * The first modules of flite's utt_synth_tokens() in its order, up to the one after which sounds no longer change. What is
 * said in flite_utterance.cpp about misuse that ends the process holds here too.
 */
namespace voice::tts {

namespace {

void analyse(cst_utterance *utterance) {
    default_textanalysis(utterance);
    default_pos_tagger(utterance); // the lexicon has some words twice: a record, to record
    default_phrasing(utterance);
    default_lexical_insertion(utterance);
    default_pause_insertion(utterance); // cmu_postlex leaves the first segment out: it takes it for a pause
    cmu_postlex(utterance);
}

// As cmu_is_vowel() in flite's cmu_lex.c: it holds for the names of this set of phones.
bool is_vowel(const char *phone) {
    return std::strchr("aeiou", phone[0]) != nullptr;
}

// Phones of a word with the stress of their syllables, which is where flite keeps it.
std::string phones_of(const cst_item *word) {
    std::string phones;
    for (cst_item *syllable = item_daughter(item_as(word, "SylStructure")); syllable != nullptr;
         syllable = item_next(syllable)) {
        const bool stressed =
            item_feat_present(syllable, "stress") && cst_streq(item_feat_string(syllable, "stress"), "1");
        for (cst_item *segment = item_daughter(syllable); segment != nullptr; segment = item_next(segment)) {
            const char *name = item_feat_string(segment, "name");
            phones += phones.empty() ? "" : " ";
            phones += name;
            if (is_vowel(name)) {
                phones += stressed ? '1' : '0';
            }
        }
    }
    return phones;
}

// flite makes words of 's, 'll, 've and 'd.
bool is_ending(const char *name) {
    return name[0] == '\'';
}

void read_words(const cst_utterance *utterance, const Token *token, std::vector<Pronunciation> &result) {
    for (cst_item *item = relation_head(utt_relation(utterance, "Token")); item != nullptr;
         item = item_next(item), token++) {
        bool first = true;
        for (cst_item *word = item_daughter(item); word != nullptr; word = item_next(word)) {
            std::string phones = phones_of(word);
            if (phones.empty()) {
                continue;
            }
            const char *name = item_feat_string(word, "name");
            if (!first && is_ending(name)) {
                result.back().name += name;
                result.back().phones += " " + phones;
            } else {
                result.push_back({token->source, name, std::move(phones)});
            }
            first = false;
        }
    }
}

} // namespace

std::vector<Pronunciation> pronounce(std::string_view utf8) {
    const std::vector<Token> tokens = tokenize(to_speech_text(utf8));
    std::vector<Pronunciation> result;
    size_t begin = 0;
    for (size_t end : split_runs(tokens)) {
        const Utterance utterance = token_utterance(english_front_end(), &tokens[begin], end - begin);
        analyse(utterance.get());
        read_words(utterance.get(), &tokens[begin], result);
        begin = end;
    }
    return result;
}

} // namespace voice::tts
