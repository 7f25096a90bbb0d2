// Orders that hide in markup: tokens of chat templates, ends of frames, ready-made replies, and links and
// images whose address would carry text away.

#include <array>

#include "limits/retrieval/injection.h"

namespace genkai::limits::retrieval::orders {
namespace {

struct Phrase {
  double weight;
  std::string_view why, text;
  bool at_line_start = false;
};
constexpr std::string_view kTemplate = "imitates a chat template", kFrame = "imitates the end of its frame",
                           kReady = "is a ready-made reply", kSpeaker = "imitates another speaker";
constexpr std::array<Phrase, 42> kPhrases{{
    {1, kTemplate, "<|im_start|>"},
    {1, kTemplate, "<|im_end|>"},
    {1, kTemplate, "<|system|>"},
    {1, kTemplate, "<|user|>"},
    {1, kTemplate, "<|assistant|>"},
    {1, kTemplate, "<|endoftext|>"},
    {1, kTemplate, "<|eot_id|>"},
    {1, kTemplate, "<|start_header_id|>"},
    {1, kTemplate, "<start_of_turn>"},
    {1, kTemplate, "[inst]"},
    {1, kTemplate, "[/inst]"},
    {1, kTemplate, "<<sys>>"},
    {.7, kSpeaker, "### system"},
    {.7, kSpeaker, "### instruction"},
    {.7, kSpeaker, "### human"},
    {.7, kSpeaker, "### assistant"},
    {.7, kSpeaker, "### response"},
    {.5, kSpeaker, "system:", true},
    {.5, kSpeaker, "assistant:", true},
    {.5, kSpeaker, "developer:", true},
    {.5, kSpeaker, "human:", true},
    {.4, kSpeaker, "system: "},
    {.5, kSpeaker, "[system]"},
    {.5, kSpeaker, "[system message]"},
    {.5, kSpeaker, "<system>"},
    {.5, kSpeaker, "</user>"},
    {.5, kSpeaker, "システム:", true},
    {.5, kSpeaker, "アシスタント:", true},
    {.5, kSpeaker, "【システム】"},
    {.5, kSpeaker, "[システム]"},
    {.7, kSpeaker, "\"role\": \"system\""},
    {.7, kSpeaker, "\"role\":\"system\""},
    {.6, kFrame, "</context>"},
    {.6, kFrame, "</document>"},
    {.6, kFrame, "</documents>"},
    {.6, kFrame, "end of context"},
    {.6, kFrame, "end of passages"},
    {.6, kFrame, "end of documents"},
    {.6, kFrame, "文書ここまで"},
    {.6, kFrame, "抜粋ここまで"},
    {.6, kReady, "{\"answer\":"},
    {.5, kReady, "\"quotes\":"},
}};

// [text](http://host/?x={conversation}) and ![image](...): an address with a place for text in it.
void find_links(std::string_view text, std::vector<Hit>& hits) {
  for (std::size_t at = text.find("]("); at != std::string_view::npos; at = text.find("](", at + 2)) {
    const std::size_t end = std::min({text.find(')', at), text.find(' ', at), at + 300, text.size()});
    const std::string_view address = text.substr(at + 2, end - at - 2);
    if (!address.starts_with("http")) continue;
    const std::size_t open = text.rfind('[', at);
    const bool image = open != std::string_view::npos && open > 0 && text[open - 1] == '!';
    const std::size_t query = address.find('?');
    if (query == std::string_view::npos) continue;
    const std::string_view rest = address.substr(query);
    const bool place = rest.find_first_of("{}<[$%") != std::string_view::npos;
    bool names = false;
    for (const std::string_view word : {"secret", "prompt", "conversation", "history", "question",
                                        "data=", "leak", "exfil", "chat", "token", "会話", "質問"})
      names = names || rest.find(word) != std::string_view::npos;
    if (place && names)
      hits.push_back(
          {OrderFamily::send, image ? 1.0 : 0.7, "carries text away in an address", {at + 2, end}});
    else if (image && (place || names))
      hits.push_back({OrderFamily::send, 0.6, "carries text away in an address", {at + 2, end}});
  }
}

// An address that ends where somebody is to write on: "https://host/?q=".
void find_open_addresses(std::string_view text, std::vector<Hit>& hits) {
  for (std::size_t at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 4)) {
    const std::size_t end = std::min(text.find_first_of(" \n)\"'", at), text.size());
    const std::string_view address = text.substr(at, end - at);
    if (address.ends_with('=') && address.find('?') != std::string_view::npos)
      hits.push_back({OrderFamily::frame, 0.4, "leaves an address open for text", {at, end}});
  }
}

}  // namespace

void find_markup(std::string_view folded, std::vector<Hit>& hits) {
  if (folded.find_first_of("<[#:\"{") == std::string_view::npos &&
      folded.find("end of") == std::string_view::npos && folded.find("ここまで") == std::string_view::npos &&
      folded.find("【") == std::string_view::npos)
    return;
  for (const Phrase& phrase : kPhrases) {
    for (std::size_t at = folded.find(phrase.text); at != std::string_view::npos;
         at = folded.find(phrase.text, at + 1)) {
      if (phrase.at_line_start && at > 0 && folded[at - 1] != '\n') continue;
      if (at > 0 && phrase.text == "system: " && folded[at - 1] != ' ' && folded[at - 1] != '\n') continue;
      // "The operating system: ..." and "Solar system: ..." speak of a system.
      if (phrase.text == "system: " && at > 1 && folded[at - 1] == ' ' &&
          std::string_view(".!?;:>\n").find(folded[at - 2]) == std::string_view::npos)
        continue;
      hits.push_back({OrderFamily::frame, phrase.weight, phrase.why, {at, at + phrase.text.size()}});
      break;
    }
  }
  find_links(folded, hits);
  find_open_addresses(folded, hits);
}

}  // namespace genkai::limits::retrieval::orders
