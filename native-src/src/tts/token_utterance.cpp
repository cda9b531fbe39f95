#include "tts/token_utterance.h"

namespace voice::tts {

Utterance token_utterance(cst_voice *voice, const Token *tokens, size_t count) {
    Utterance utterance(new_utterance());
    utt_init(utterance.get(), voice);
    cst_relation *relation = utt_relation_create(utterance.get(), "Token");
    for (size_t i = 0; i < count; i++) {
        cst_item *item = relation_append(relation, nullptr);
        item_set_string(item, "name", tokens[i].name.c_str());
        item_set_string(item, "whitespace", tokens[i].whitespace.c_str());
        item_set_string(item, "prepunctuation", tokens[i].prepunctuation.c_str());
        item_set_string(item, "punc", tokens[i].punctuation.c_str());
        item_set_int(item, "file_pos", static_cast<int>(tokens[i].source.begin));
        item_set_int(item, "line_number", 0);
    }
    return utterance;
}

} // namespace voice::tts
