#include "limits/retrieval/bursts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace genkai::limits::retrieval {
namespace {

using Words = std::vector<std::string>;  // ascending, distinct

Words words_of(std::string_view normalised) {
  Words words = asked_of(normalised).tokens;
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

double share_in(const Words& wanted, const Words& held) {
  if (wanted.empty()) return 0;
  const auto both = std::count_if(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return std::binary_search(held.begin(), held.end(), word);
  });
  return static_cast<double>(both) / static_cast<double>(wanted.size());
}

// Words of the first that all the others hold and that the question does not.
Words shared_beyond(const std::vector<const Words*>& texts, const Words& asked) {
  Words shared;
  for (const std::string& word : *texts.front()) {
    if (std::binary_search(asked.begin(), asked.end(), word)) continue;
    if (std::all_of(texts.begin() + 1, texts.end(), [&](const Words* other) {
          return std::binary_search(other->begin(), other->end(), word);
        }))
      shared.push_back(word);
  }
  return shared;
}

bool is_number(const std::string& word) {
  return word.find_first_of("0123456789") != std::string::npos;
}

// Reports of different years: each holds a number that none of the others does.
bool is_series(const std::vector<const Words*>& texts) {
  return std::all_of(texts.begin(), texts.end(), [&](const Words* text) {
    return std::any_of(text->begin(), text->end(), [&](const std::string& word) {
      return is_number(word) && std::none_of(texts.begin(), texts.end(), [&](const Words* other) {
               return other != text && std::binary_search(other->begin(), other->end(), word);
             });
    });
  });
}

}  // namespace

std::vector<std::size_t> find_burst(const std::vector<core::Evidence>& evidence,
                                    const std::vector<std::string_view>& normalised, const Asked& asked,
                                    const BurstOptions& options) {
  Words question = asked.tokens;
  std::sort(question.begin(), question.end());
  question.erase(std::unique(question.begin(), question.end()), question.end());
  std::vector<std::size_t> short_ones, others;
  std::vector<Words> words(evidence.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const core::Passage& passage = evidence[i].passage;
    const bool whole = passage.section_size <= 1 && passage.text.size() <= options.longest;
    if (whole) words[i] = words_of(normalised[i]);
    const bool restates = whole && share_in(question, words[i]) >= options.restates;
    (restates ? short_ones : others).push_back(i);
  }
  if (short_ones.size() < options.least) return {};
  // The newest run of neighbouring ids.
  std::sort(short_ones.begin(), short_ones.end(),
            [&](std::size_t a, std::size_t b) { return evidence[a].passage.id > evidence[b].passage.id; });
  std::vector<std::size_t> run;
  for (const std::size_t i : short_ones) {
    if (!run.empty() && evidence[run.back()].passage.id - evidence[i].passage.id > options.nearby) break;
    run.push_back(i);
  }
  std::set<std::string> names;
  for (const std::size_t i : run) names.insert(evidence[i].passage.document.id);
  if (names.size() < options.least) return {};
  const core::PassageId oldest = evidence[run.back()].passage.id;
  for (const std::size_t i : others)
    if (evidence[i].passage.id > oldest) return {};
  // What all of them state, and nothing else that bears on the question.
  std::vector<const Words*> texts;
  for (const std::size_t i : run) texts.push_back(&words[i]);
  if (is_series(texts)) return {};
  Words stated = shared_beyond(texts, question);
  for (const std::size_t i : short_ones) {
    if (std::find(run.begin(), run.end(), i) != run.end()) continue;
    stated.erase(std::remove_if(stated.begin(), stated.end(),
                                [&](const std::string& word) {
                                  return std::binary_search(words[i].begin(), words[i].end(), word);
                                }),
                 stated.end());
  }
  // Small words are shared by chance; a number or a longer word is a statement.
  const bool states = std::any_of(stated.begin(), stated.end(), [](const std::string& word) {
    return word.size() >= 5 || is_number(word);
  });
  if (!states) return {};
  std::sort(run.begin(), run.end());
  return run;
}

}  // namespace genkai::limits::retrieval
